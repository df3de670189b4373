/**
 * The page's one style sheet. Colours keep 4.5 to 1 against the page where they carry text (WCAG 2.2, 1.4.3) and 3 to 1 where
 * they carry graphics, in both schemes.
 */
export const theme: string = `
:root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#58606b;--line:#dde1e6;--band:#f2f4f6;--good:#0a6b3c;--bad:#a8281e;--warn:#855700;--shade:rgb(0 0 0/.2);
--m0:#1a5fc4;--m1:#b04a08;--m2:#6b3fa8;--m3:#08736e;--m4:#a3195b;--m5:#596300;--m6:#7b4b2a;--m7:#44546a}
@media(prefers-color-scheme:dark){:root{--page:#15181c;--ink:#e7eaee;--soft:#a0a9b4;--line:#30363d;--band:#1d2126;--good:#5fcf91;--bad:#f4968c;--warn:#e3b552;--shade:rgb(255 255 255/.22);
--m0:#76aeff;--m1:#ff9f61;--m2:#bd9cf8;--m3:#52d0c6;--m4:#f58cb6;--m5:#c3d14c;--m6:#d6a681;--m7:#a5b7cf}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
header,main,footer{max-width:74rem;margin:0 auto;padding:0 1rem}
header{padding-top:2.5rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem;letter-spacing:-.01em}
h2{font-size:1.25rem;line-height:1.3;margin:0 0 .25rem;letter-spacing:-.005em}
h3{font-size:1rem;line-height:1.4;margin:0}
section{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1.5rem}
p{margin:.25rem 0 .75rem;max-width:46rem;overflow-wrap:anywhere}
a{color:var(--m0);text-underline-offset:.15em}
small{font-size:.8125rem;color:var(--soft)}
nav ul,.key{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:.75rem 0;padding:0}
.key{font-size:.875rem;color:var(--soft)}
.headlines{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(15rem,100%),1fr));gap:1rem 2rem;margin:1.25rem 0;padding:0;list-style:none;max-width:62rem}
.headlines li{border-top:2px solid var(--line);padding-top:.6rem}
.headlines b{display:block;font-size:2rem;line-height:1.15;font-weight:650;letter-spacing:-.02em}
.headlines small{display:block;margin-top:.25rem}
.note{color:var(--soft);font-size:.9375rem}
.warning{border-left:3px solid var(--bad);padding:.15rem 0 .15rem 1rem;margin:.75rem 0;overflow-wrap:anywhere}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.part{margin:1.5rem 0 .35rem}.part+.caption{display:none}
.icon{width:.75em;height:.75em;overflow:visible;vertical-align:-.02em}
:focus-visible{outline:2px solid var(--m0);outline-offset:2px}
.machine-0{color:var(--m0)}.machine-1{color:var(--m1)}.machine-2{color:var(--m2)}.machine-3{color:var(--m3)}
.machine-4{color:var(--m4)}.machine-5{color:var(--m5)}.machine-6{color:var(--m6)}.machine-7{color:var(--m7)}
.machine{font-weight:600}
.claims{list-style:none;margin:1rem 0 0;padding:0}
.claim{display:grid;grid-template-columns:9rem minmax(0,1fr);gap:0 1.5rem;padding:1.1rem 0;border-top:1px solid var(--line)}
.claim:first-child{border-top:0}
.claim p{margin:.25rem 0 .5rem}
.claim h3{max-width:46rem}
.claim .stamp{font-weight:650;margin:0;line-height:1.4;white-space:nowrap}
.stamp .icon{width:.9em;height:.9em;margin-right:.45em;vertical-align:-.06em}
.stamp path{fill:none;stroke:currentColor;stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.holds{color:var(--good)}.fails{color:var(--bad)}.partly{color:var(--warn)}.open{color:var(--soft)}
.values{display:flex;flex-wrap:wrap;gap:.4rem 1.75rem;margin:.5rem 0}
.values div{min-width:0}
.values dt{font-size:.8125rem;color:var(--soft);overflow-wrap:anywhere}
.values dd{margin:0;font-weight:600}
details{margin:.5rem 0}
summary{cursor:pointer;color:var(--soft);font-size:.9375rem;overflow-wrap:anywhere}
summary b{color:var(--ink);font-weight:600}
.claim .said{font-size:.875rem;color:var(--soft);margin-top:.1rem}
.claim details{font-size:.9375rem;margin:0}
.scroll{position:relative;overflow:auto;margin:0 0 .75rem;max-width:100%;width:fit-content;max-height:90vh;background:linear-gradient(to right,var(--page) 40%,transparent) left/3rem 100% no-repeat local,linear-gradient(to left,var(--page) 40%,transparent) right/3rem 100% no-repeat local,linear-gradient(to top,var(--page) 40%,transparent) bottom/100% 3rem no-repeat local,linear-gradient(to right,var(--shade),transparent) left/1.1rem 100% no-repeat scroll,linear-gradient(to left,var(--shade),transparent) right/1.1rem 100% no-repeat scroll,linear-gradient(to top,var(--shade),transparent) bottom/100% 1.1rem no-repeat scroll}
table{border-collapse:separate;border-spacing:0;font-size:.875rem;line-height:1.35}
.caption{color:var(--soft);font-size:.875rem;margin:.75rem 0 .35rem}
th,td{padding:.45rem .9rem;text-align:right;vertical-align:top;border-top:1px solid var(--line);white-space:nowrap}
thead th{border-top:0;position:sticky;top:0;z-index:1;background:var(--page);border-bottom:1px solid var(--soft);vertical-align:bottom;font-weight:600}
tbody tr:first-child>*{border-top:0}
tfoot tr:first-child>*{border-top:1px solid var(--soft)}
tbody th,tfoot th,thead th:first-child{text-align:left;font-weight:600;position:sticky;left:0;background:var(--page);padding-left:0}
thead th:first-child{z-index:2}
tbody th{min-width:9.5rem;max-width:15rem;white-space:normal;overflow-wrap:anywhere}
th small{display:block;font-weight:400}
thead small{display:block;font-weight:400;white-space:normal;max-width:6.5rem;margin-left:auto}
td small{display:block;margin-top:.1rem}
td.text{text-align:left;white-space:normal;min-width:8rem}th.text{text-align:left}
.absent{color:var(--soft)}
.facets{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(19rem,100%),1fr));gap:1.5rem 2.25rem;margin:1rem 0}
.facet{margin:0;min-width:0;max-width:30rem}
figcaption{font-size:.9375rem;overflow-wrap:anywhere;margin-bottom:.25rem}
.plot{display:block;width:100%;height:auto;font-size:11.5px;overflow:hidden}
.plot text{fill:var(--ink);paint-order:stroke;stroke:var(--page);stroke-width:3px;stroke-linejoin:round}
.plot .tick{fill:var(--soft);font-size:10.5px}
.plot .value{fill:var(--soft)}
.plot .own{fill:currentColor;font-weight:600}
.middle{text-anchor:middle}.end{text-anchor:end}
.grid{stroke:var(--line);fill:none}
.axis{stroke:var(--soft);fill:none}
.one{stroke:var(--soft);stroke-dasharray:3 3;fill:none}
.whisker{stroke:var(--soft);stroke-width:1.25;fill:none}
.diamond{fill:var(--ink)}
.mean .label,.mean .value{font-weight:600;fill:var(--ink)}
.verdict{color:var(--soft)}
.verdict.faster{color:var(--good)}.verdict.slower{color:var(--bad)}.verdict.unstable{color:var(--warn)}
path.verdict{fill:currentColor;stroke:currentColor;stroke-width:1.5;stroke-linejoin:round}
path.equal,path.open{fill:var(--page)}
path.unstable{fill:none;stroke-width:2}
.mark{fill:currentColor;stroke:var(--page);stroke-width:1}.mark.beside{fill:var(--ink)}
.line{fill:none;stroke:currentColor;stroke-width:1.75}
circle{fill:currentColor}
.trend{stroke:var(--soft);stroke-dasharray:4 4;fill:none}
.band{fill:var(--band)}
.dots{fill:none;stroke:currentColor;stroke-width:2.4;stroke-linecap:round;opacity:.8}
.sparse .dots{stroke-width:6;opacity:1}
.medians{fill:none;stroke:var(--ink);stroke-width:1.25}
.facts{margin:.75rem 0}
.facts div{display:grid;grid-template-columns:10rem minmax(0,1fr);gap:0 1.5rem;padding:.35rem 0;border-top:1px solid var(--line)}
.facts div:first-child{border-top:0}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
footer{color:var(--soft);font-size:.875rem;padding-top:2rem;padding-bottom:3rem}
@media(max-width:40rem){.claim,.facts div{grid-template-columns:minmax(0,1fr);gap:.15rem}header{padding-top:1.5rem}h1{font-size:1.4rem}tbody th,tfoot th,thead th:first-child{border-right:1px solid var(--line)}th,td{padding:.4rem .6rem}tbody th{min-width:7.5rem;max-width:9rem}}
@media print{details::details-content{content-visibility:visible}.scroll{overflow:visible;max-height:none}section{break-inside:auto}}
`;
