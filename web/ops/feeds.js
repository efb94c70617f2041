// How fresh what we hear is: a silent feed makes clocks wait, and is told in words.
import { h } from "../base/dom.js";
import { distance, number, span } from "../base/format.js";
import { known, t } from "../words/words.js";
import { table } from "./table.js";

export function drawFeeds({ feeds }) {
  if (feeds.length === 0) return h("p", { class: "empty" }, t("ops.no_feeds"));
  return table(t("ops.feeds"), [[t("feeds.feed")], [t("feeds.state")], [t("feeds.last")], [t("feeds.behind"), true], [t("feeds.silent_after"), true]],
    feeds.map((feed) => [feed.feed, h("span", { class: `feed is-${feed.state}` }, known("feed_state", feed.state)),
      feed.last_event_at ? distance(feed.last_event_at) : t("feeds.nothing_yet"),
      feed.records_behind === null ? "–" : number(feed.records_behind),
      feed.silent_after_seconds === null ? "–" : span(feed.silent_after_seconds * 1000)]));
}
