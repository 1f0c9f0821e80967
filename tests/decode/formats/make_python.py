"""Records what the SDKs on PyPI send, into tests/corpus/formats: `python make_python.py` where they are installed.

Each SDK posts to a collector on loopback. All names and addresses are made up.
"""

from __future__ import annotations

import importlib.metadata
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from collector import Collector

WORD = "zavorimu"
PAGE = f"https://clinic.example/{WORD}?q=pregnancy"
WHO = "7d1f6c3e-19ab-4c0e-9f57-2b64e1d0a833"


def version(package: str) -> str:
    return f"{package} {importlib.metadata.version(package)} (PyPI), recorded on loopback"


def sensors(collector: Collector) -> None:
    import sensorsanalytics

    url = f"{collector.url}/sa?project=browser"
    note = version("SensorsAnalyticsSDK")
    plain = sensorsanalytics.SensorsAnalytics(sensorsanalytics.DefaultConsumer(url))
    plain.track(WHO, "page_load_event_finish", {"url": PAGE, "miui_region": "EX"})
    collector.keep("sensors-analytics", "python-default", note)
    plain.track_signup("account-4711", WHO)
    collector.keep("sensors-analytics", "python-signup", note)
    batch = sensorsanalytics.SensorsAnalytics(sensorsanalytics.BatchConsumer(url, 3))
    for event in ("page_load_event_start", "search", "page_load_event_finish"):
        batch.track(WHO, event, {"url": PAGE, "search_word": WORD})
    batch.flush()
    collector.keep("sensors-analytics", "python-batch", note)


def mixpanel(collector: Collector) -> None:
    import mixpanel

    consumer = mixpanel.Consumer(
        events_url=f"{collector.url}/track", people_url=f"{collector.url}/engage", api_host="127.0.0.1"
    )
    client = mixpanel.Mixpanel("0f3a5f4c2b9d4e7e8b1c6d2a9e4f7b01", consumer=consumer)
    client.track(WHO, "Viewed page", {"$current_url": PAGE, "title": WORD})
    collector.keep("mixpanel", "python-track", version("mixpanel"))
    client.people_set(WHO, {"$email": "somebody@mail.example"})
    collector.keep("mixpanel", "python-engage", version("mixpanel"))


def posthog(collector: Collector) -> None:
    from posthog import Posthog

    for gzip, case in ((True, "python-gzip"), (False, "python-plain")):
        client = Posthog("phc_made0up0key0for0recording0only00000", host=collector.url, gzip=gzip, flush_at=2)
        client.capture("page viewed", distinct_id=WHO, properties={"$current_url": PAGE})
        client.capture("search", distinct_id=WHO, properties={"query": WORD})
        client.flush()
        client.shutdown()
        collector.keep("posthog", case, version("posthog"), "batch")


def segment(collector: Collector) -> None:
    from segment.analytics.client import Client

    for gzip, case in ((True, "python-gzip"), (False, "python-plain")):
        client = Client("made0up0write0key0only0000000000", host=collector.url, gzip=gzip, sync_mode=False)
        client.page(anonymous_id=WHO, name="Clinic", properties={"url": PAGE, "title": WORD})
        client.identify("account-4711", {"email": "somebody@mail.example"}, anonymous_id=WHO)
        client.flush()
        client.join()
        collector.keep("segment", case, version("segment-analytics-python"))


def snowplow(collector: Collector) -> None:
    from snowplow_tracker import Emitter, PageView, SelfDescribing, SelfDescribingJson, Subject, Tracker

    for method, case in (("get", "python-get"), ("post", "python-post")):
        emitter = Emitter("127.0.0.1", protocol="http", port=collector.port, method=method, batch_size=1)
        subject = Subject().set_domain_user_id(WHO).set_user_id("account-4711")
        tracker = Tracker("made-up", emitters=emitter, subject=subject, app_id="reader", encode_base64=True)
        tracker.track(PageView(page_url=PAGE, page_title=WORD))
        tracker.flush()
        collector.wait(1)
        collector.keep("snowplow", f"{case}-page", version("snowplow-tracker"))
        link = SelfDescribingJson(
            "iglu:com.snowplowanalytics.snowplow/link_click/jsonschema/1-0-1", {"targetUrl": PAGE, "elementId": WORD}
        )
        tracker.track(SelfDescribing(link))
        tracker.flush()
        collector.wait(1)
        collector.keep("snowplow", f"{case}-unstructured", version("snowplow-tracker"))


def amplitude(collector: Collector) -> None:
    from amplitude import Amplitude, BaseEvent

    client = Amplitude("0f3a5f4c2b9d4e7e8b1c6d2a9e4f7b01")
    client.configuration.server_url = f"{collector.url}/2/httpapi"
    client.track(BaseEvent("Viewed page", device_id=WHO, user_id="account-4711", event_properties={"url": PAGE}))
    client.flush()
    collector.wait(1)
    collector.keep("amplitude", "python-httpapi", version("amplitude-analytics"))
    client.shutdown()


def sentry(collector: Collector) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn=f"http://0f3a5f4c2b9d4e7e8b1c6d2a9e4f7b01@127.0.0.1:{collector.port}/42",
        server_name="machine",
        default_integrations=False,
        release="reader@1.0",
    )
    sentry_sdk.set_user({"id": "account-4711", "email": "somebody@mail.example"})
    sentry_sdk.set_tag("page", PAGE)
    sentry_sdk.capture_message(f"could not load {WORD}")
    sentry_sdk.flush(10)
    collector.keep("sentry", "python-envelope", version("sentry-sdk"))


def glean(collector: Collector) -> None:
    from glean import Configuration, Glean, load_pings

    pings = Path(tempfile.mkdtemp()) / "pings.yaml"
    pings.write_text(
        "$schema: moz://mozilla.org/schemas/glean/pings/2-0-0\n\nvisit:\n  description: A visit.\n"
        "  include_client_id: true\n  send_if_empty: true\n  bugs: [https://bugs.example/1]\n"
        "  data_reviews: [https://bugs.example/2]\n  notification_emails: [somebody@mail.example]\n"
    )
    made = load_pings(pings)
    Glean.initialize(
        application_id="reader", application_version="1.0", application_build_id="1", upload_enabled=True,
        configuration=Configuration(server_endpoint=collector.url), data_dir=Path(tempfile.mkdtemp()),
    )  # fmt: skip
    made.visit.submit()
    collector.wait(2, 30)
    collector.keep("glean", "python-ping", version("glean-sdk"), "/visit/")


def main() -> None:
    collector = Collector()
    for record in (sensors, mixpanel, posthog, segment, snowplow, amplitude, sentry, glean):
        if not sys.argv[1:] or record.__name__ in sys.argv[1:]:
            record(collector)
            collector.requests.clear()


if __name__ == "__main__":
    main()
