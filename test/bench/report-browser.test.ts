import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { judgeClaims } from '../../bench/claims/judge-claims.ts';
import { htmlHistory } from '../../bench/report/html/history-page.ts';
import { htmlReport } from '../../bench/report/html/page.ts';
import { historyOf } from '../../bench/result/history.ts';
import type { ProtocolReport } from '../../bench/result/protocol-report.ts';
import { sampleReport } from './sample-report.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
/** No sandbox, because continuous integration is root; and nothing that looks for a network. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const WIDTHS = [360, 1280];
const SCHEMES = ['light', 'dark'] as const;

function ofDate(date: string): ProtocolReport {
  const sample = sampleReport();
  return { ...sample, environment: { ...sample.environment, date } };
}

/** A page, and everything that went wrong while it was shown. */
interface Visit {
  readonly page: Page;
  readonly problems: readonly string[];
}

describe(`the page of a report in a browser${CHROMIUM === undefined ? ' (skipped: there is no Chromium here)' : ''}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'trimeter-page-'));
  let browser: Browser | undefined;

  before(async function () {
    if (CHROMIUM === undefined) return this.skip();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  after(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true });
  });

  async function visit(html: string, width: number, colorScheme: (typeof SCHEMES)[number]): Promise<Visit> {
    const path = join(directory, 'report.html');
    writeFileSync(path, html);
    const page = await (browser as Browser).newPage({ viewport: { width, height: 800 }, colorScheme });
    const problems: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      if (!/^(?:file|data):/.test(request.url())) problems.push(`asked for ${request.url()}`);
    });
    await page.goto(pathToFileURL(path).href);
    return { page, problems };
  }

  const html = htmlReport(sampleReport(), { dataHref: 'report.json' });

  for (const width of WIDTHS) {
    for (const scheme of SCHEMES) {
      it(`fits into ${width} pixels, ${scheme}, folded and unfolded`, async () => {
        const { page, problems } = await visit(html, width, scheme);
        const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
        assert.equal(background, scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(21, 24, 28)');
        const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.equal(await overflow(), 0);
        await page.evaluate('for (const part of document.querySelectorAll("details")) part.open = true');
        assert.ok(await page.locator('#sequences details svg').last().isVisible());
        assert.equal(await overflow(), 0);
        assert.deepEqual(problems, []);
        await page.close();
      });
    }
  }

  it('shows a history at any width, with all its plots', async () => {
    const history = historyOf(['2026-01-02', '2026-02-02'].map((date) => ofDate(`${date}T03:04:05.678Z`)));
    for (const width of WIDTHS) {
      const { page, problems } = await visit(htmlHistory(history), width, 'dark');
      assert.equal(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), 0);
      assert.ok(await page.getByRole('region', { name: 'Throughput of wasm relative to native' }).isVisible());
      assert.equal(await page.locator('#ratios svg.plot').count(), history.ratios.length);
      assert.deepEqual(problems, []);
      await page.close();
    }
  });

  it('shows the results first, then plots, the claims that were measured and every sample', async () => {
    const { page } = await visit(html, 1280, 'light');
    assert.equal(await page.locator('section').first().getAttribute('id'), 'results');
    const measured = judgeClaims(sampleReport()).filter(({ verdict }) => verdict !== 'not measured');
    assert.equal(await page.locator('.claim').count(), measured.length);
    const deterministic = page.locator('#claim-deterministic');
    assert.equal(await deterministic.locator('.stamp').textContent(), 'not refuted');
    assert.ok(await deterministic.getByText('no divergence').isVisible());
    const row = page.getByRole('row', { name: 'erc20/transfer' });
    const cells = await row.getByRole('cell').allTextContents();
    assert.deepEqual(
      cells.slice(0, 3).map((cell) => cell.trim()),
      ['1.16 µs', '802 ns 0.69 [0.66, 0.71], slower', '243 µs 209 [207, 214], faster'],
    );
    assert.ok(await page.getByRole('img', { name: 'Throughput of wasm relative to native' }).isVisible());
    const sequence = page.locator('#sequences details').first();
    assert.equal(await sequence.locator('svg').first().isVisible(), false);
    await sequence.locator('summary').click();
    assert.ok(await sequence.locator('svg').first().isVisible());
    await page.getByRole('link', { name: 'Gas and time' }).click();
    assert.match(page.url(), /#gas$/);
    assert.equal(await page.getByRole('link', { name: 'report.json' }).getAttribute('href'), 'report.json');
    await page.close();
  });

  it('keeps the headings of a table in sight on a phone, and shades the edge that there is more behind', async () => {
    const { page } = await visit(html, 390, 'light');
    const table = page.getByRole('region', { name: 'Time of one operation, and ratios' });
    const places = () =>
      table.evaluate((box) => {
        const [corner, right] = box.querySelectorAll('thead th');
        const name = box.querySelector('tbody tr:last-child th');
        const left = box.getBoundingClientRect();
        return {
          hasMore: box.scrollWidth > box.clientWidth && box.scrollHeight > box.clientHeight,
          shades: box.ownerDocument.defaultView?.getComputedStyle(box).backgroundImage.split('linear-gradient').length,
          corner: [corner?.getBoundingClientRect().x, corner?.getBoundingClientRect().y],
          heading: right?.getBoundingClientRect().y,
          name: name?.getBoundingClientRect().x,
          box: [left.x, left.y],
        };
      });
    const before = await places();
    assert.ok(before.hasMore);
    assert.equal(before.shades, 7);
    await table.evaluate((box) => box.scrollTo(100, 60));
    const after = await places();
    assert.deepEqual(after, before);
    assert.deepEqual(after.corner, after.box);
    await page.close();
  });

  it('would not run or load what got into it, and that would be seen', async () => {
    const injected =
      '<script>document.title="owned"</script><img src="http://127.0.0.1:9/x.png"><b style="color:red">x</b>';
    const { page, problems } = await visit(html.replace('<main>', `<main>${injected}`), 1280, 'light');
    assert.match(await page.title(), /^auth-gate, bn254, erc20 and 3 more on wasm, .* - Trimeter$/);
    const refused = problems.filter((problem) => /Content Security Policy/.test(problem));
    assert.ok(refused.length >= 3, problems.join('\n'));
    await page.close();
  });
});
