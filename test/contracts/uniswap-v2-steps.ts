/** One step, its results, and the reserves after it. Amounts in decimal. */
export interface PairStep {
  readonly method: 'addLiquidity' | 'removeLiquidity' | 'swap';
  readonly args: readonly (string | boolean)[];
  readonly results: readonly string[];
  readonly reserves: readonly [string, string];
}

/**
 * What the pair of Uniswap v2 does: recorded from the bytecode of UniswapV2Factory and UniswapV2Pair in the npm package
 * @uniswap/v2-core 1.0.1, run by @ethereumjs. The result of a swap is the most that the pair hands out for what came in,
 * found by bisection on its answer.
 */
export const pairSteps: readonly PairStep[] = [
  {
    method: 'addLiquidity',
    args: ['126355388878551916', '51280849773593195951'],
    results: ['2545508144784644793'],
    reserves: ['126355388878551916', '51280849773593195951'],
  },
  {
    method: 'swap',
    args: [true, '35476540286351576'],
    results: ['11215357730390032431'],
    reserves: ['161831929164903492', '40065492043203163520'],
  },
  {
    method: 'swap',
    args: [true, '3052953714104998'],
    results: ['739654907894774824'],
    reserves: ['164884882879008490', '39325837135308388696'],
  },
  {
    method: 'swap',
    args: [false, '23063868575963384'],
    results: ['96355455662976'],
    reserves: ['164788527423345514', '39348901003884352080'],
  },
  {
    method: 'swap',
    args: [true, '27321940736814050'],
    results: ['5581791573714765072'],
    reserves: ['192110468160159564', '33767109430169587008'],
  },
  {
    method: 'swap',
    args: [true, '14707304199601692'],
    results: ['2394566618178818030'],
    reserves: ['206817772359761256', '31372542811990768978'],
  },
  {
    method: 'addLiquidity',
    args: ['2250317183453959590', '5817790070485996574006'],
    results: ['27696849518650866842'],
    reserves: ['2457134955813720846', '5849162613297987342984'],
  },
  {
    method: 'swap',
    args: [true, '833368682305648871'],
    results: ['1478065751879980811341'],
    reserves: ['3290503638119369717', '4371096861418006531643'],
  },
  {
    method: 'swap',
    args: [false, '649537183211008313837'],
    results: ['424591773975521188'],
    reserves: ['2865911864143848529', '5020634044629014845480'],
  },
  {
    method: 'removeLiquidity',
    args: ['10080785887811837211'],
    results: ['955303954714616144', '1673544681543004893044'],
    reserves: ['1910607909429232385', '3347089363086009952436'],
  },
  {
    method: 'swap',
    args: [true, '100000'],
    results: ['174658969'],
    reserves: ['1910607909429332385', '3347089363085835293467'],
  },
  {
    method: 'swap',
    args: [false, '7777777777'],
    results: ['4426443'],
    reserves: ['1910607909424905942', '3347089363093613071244'],
  },
  {
    method: 'addLiquidity',
    args: ['868701282374516352817498978324', '143199099537484268169543875341020'],
    results: ['862575990759085014330336332121'],
    reserves: ['868701282376426960726923884266', '143199099540831357532637488412264'],
  },
  {
    method: 'swap',
    args: [true, '148187793751788587278137260824'],
    results: ['20814414645357863235206353199730'],
    reserves: ['1016889076128215548005061145090', '122384684895473494297431135212534'],
  },
  {
    method: 'swap',
    args: [false, '68164460640823995551306432638589'],
    results: ['363066403691550866173808523105'],
    reserves: ['653822672436664681831252621985', '190549145536297489848737567851123'],
  },
  {
    method: 'removeLiquidity',
    args: ['5228446265167731487'],
    results: ['3963102087614600519', '1155000810317160214332'],
    reserves: ['653822672432701579743638021466', '190549145535142489038420407636791'],
  },
  {
    method: 'swap',
    args: [true, '18243234468117314634954992508492'],
    results: ['183937151768494121185562383427715'],
    reserves: ['18897057140550016214698630529958', '6611993766648367852858024209076'],
  },
  {
    method: 'addLiquidity',
    args: ['1237940039285380274899124224', '2475880078570760549798248448'],
    results: ['56507071337264000256341721'],
    reserves: ['18898295080589301594973529654182', '6614469646726938613407822457524'],
  },
  {
    method: 'removeLiquidity',
    args: ['862632497845355403841048616779'],
    results: ['18898295080589301594973529632274', '6614469646726938613407822449856'],
    reserves: ['21908', '7668'],
  },
];
