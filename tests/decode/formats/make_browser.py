"""Records what the SDKs on npm send from a page: `python make_browser.py NODE_MODULES [NAME…]`, with Chromium.

The page, the SDK and the collector are all on loopback; the browser is given no other network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from collector import Collector

WORD = "zavorimu"
KEY = "0f3a5f4c2b9d4e7e8b1c6d2a9e4f7b01"
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

SENSORS = """var s = window.sensorsDataAnalytic201505; s.init({server_url: C + '/sa?project=browser', SEND,
 show_log: false,
 heatmap: {clickmap: 'not_collect', scroll_notice_map: 'not_collect'}}); s.track('visit', {search_word: W});"""

PAGES = {
    "sensors-image": ("sensors-analytics", "js-image", "sa-sdk-javascript", "sensorsdata.min.js", "/sa.gif",
                      SENSORS.replace("SEND", "send_type: 'image'")),
    "sensors-ajax": ("sensors-analytics", "js-ajax", "sa-sdk-javascript", "sensorsdata.min.js", "/sa",
                     SENSORS.replace("SEND", "send_type: 'ajax'")),
    "sensors-batch": ("sensors-analytics", "js-batch", "sa-sdk-javascript", "sensorsdata.min.js", "/sa",
                      SENSORS.replace("SEND", "batch_send: {datasend_timeout: 6000, send_interval: 500}")),
    "mixpanel": ("mixpanel", "js-track", "mixpanel-browser", "dist/mixpanel.umd.js", "/track",
                 ("mixpanel.init(K, {api_host: C, batch_requests: false, api_payload_format: 'base64'});"
                  "mixpanel.track('Viewed', {word: W});")),
    "mixpanel-json": ("mixpanel", "js-batch", "mixpanel-browser", "dist/mixpanel.umd.js", "/track",
                      ("mixpanel.init(K, {api_host: C, api_payload_format: 'json', batch_flush_interval_ms: 300});"
                      "mixpanel.track('Viewed', {word: W}); mixpanel.track('Searched', {query: W});")),
    "insights": ("onecollector", "js-insights", "@microsoft/applicationinsights-web",
                 "dist/es5/applicationinsights-web.min.js", "/v2/track",
                 ("var a = new Microsoft.ApplicationInsights.ApplicationInsights({config: {connectionString:"
                 "'InstrumentationKey=' + '7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833' + ';IngestionEndpoint=' + C,"
                 "disableFetchTracking: true, maxBatchInterval: 200}});"
                 "a.loadAppInsights(); a.trackPageView({name: W}); a.flush();")),
}  # fmt: skip
"""Format, case, package, file, the path that is kept, and what the page runs (C: collector, K: key, W: word)."""

ONE_DS = """import {AppInsightsCore} from '@microsoft/1ds-core-js'; import {PostChannel} from '@microsoft/1ds-post-js';
const [url, key, word] = process.argv.slice(2); const core = new AppInsightsCore(); const post = new PostChannel();
const https = {sendPOST: (p, done) => fetch(p.urlString, {method: 'POST', body: p.data, headers: p.headers})
  .then(r => done(r.status, {}, ''))};
core.initialize({instrumentationKey: key, endpointUrl: url + '/OneCollector/1.0/', channels: [[post]],
  extensionConfig: {[post.identifier]: {overrideEndpointUrl: url + '/OneCollector/1.0/', httpXHROverride: https}}}, []);
core.track({name: 'Visit', data: {word}, ext: {device: {localId: 'c:7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833'}}});
core.track({name: 'Search', data: {query: word}}); post.flush(false);
"""


def version(modules: Path, package: str) -> str:
    return json.loads((modules / package / "package.json").read_text(encoding="utf-8"))["version"]


def page(collector: Collector, modules: Path, name: str) -> None:
    form, case, package, file, path, script = PAGES[name]
    found = modules / package / file
    with tempfile.TemporaryDirectory() as folder:
        html = Path(folder) / "page.html"
        (Path(folder) / "sdk.js").write_bytes(found.read_bytes())
        begin = f"var C = '{collector.url}', K = '{KEY}', W = '{WORD}';"
        html.write_text(
            f"<!doctype html><title>{WORD}</title><script>{begin}</script><script src='sdk.js'></script>"
            f"<script>{script}</script>"
        )
        serve = subprocess.Popen([sys.executable, "-m", "http.server", "0", "--bind", "127.0.0.1", "-d", folder],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                 env={"PYTHONUNBUFFERED": "1"})  # fmt: skip
        assert serve.stdout is not None
        port = serve.stdout.readline().split("port ")[1].split()[0]
        browser = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-agent={AGENT}", "--no-first-run",
             f"--user-data-dir={folder}/profile", "--remote-debugging-port=0",
             "--host-resolver-rules=MAP clinic.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
             f"http://clinic.example:{port}/page.html?q=pregnancy"],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        collector.wait_for(path, 15)
        browser.terminate()
        browser.wait()
        serve.terminate()
        serve.wait()
    note = f"{package} {version(modules, package)} (npm), recorded on loopback from a page in Chromium"
    collector.keep(form, case, note, path)


def one_ds(collector: Collector, modules: Path) -> None:
    script = modules.parent / "one_ds.mjs"
    script.write_text(ONE_DS)
    subprocess.run(["node", script, collector.url, "made0up0key-tenant", WORD], timeout=30, check=False)
    collector.wait_for("OneCollector", 5)
    core = version(modules, "@microsoft/1ds-core-js")
    note = f"@microsoft/1ds-core-js {core} and 1ds-post-js (npm), recorded on loopback from Node"
    collector.keep("onecollector", "js-1ds", note, "OneCollector")


def main() -> None:
    modules = Path(sys.argv[1]).resolve()
    collector = Collector()
    by_node = {"1ds": one_ds}
    for name in [*PAGES, *by_node]:
        if not sys.argv[2:] or name in sys.argv[2:]:
            if name in by_node:
                by_node[name](collector, modules)
            else:
                page(collector, modules, name)
            collector.requests.clear()


if __name__ == "__main__":
    main()
