#include "core/backtest/html_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/backtest/words.h"

namespace premura::html {

// Contrast of all text is at least 4.5 to 1 in both schemes, that of marks at least 3 to 1.
const std::string_view style_sheet = R"css(
:root{--paper:#fff;--soft:#f3f5f8;--ink:#1a1c21;--quiet:#565d69;--line:#c9ced8;--a:#1f5fa8;--b:#9a5200;--c:#1c7a43;color-scheme:light dark}
@media(prefers-color-scheme:dark){:root{--paper:#14161a;--soft:#1e2127;--ink:#e9eaee;--quiet:#aab2bf;--line:#3d434e;--a:#7ab3f5;--b:#f0a868;--c:#6fcf97}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .25rem}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:46rem}
.quiet{color:var(--quiet)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0;list-style:none}
.tiles li{background:var(--soft);border-radius:.5rem;padding:.75rem}
.tiles b{display:block;font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles span{color:var(--quiet);font-size:.875rem}
figure{margin:1rem 0}
figcaption{margin-bottom:.35rem}
svg{display:block;width:100%}
.chart{display:grid;grid-template-columns:auto 1fr;gap:0 .5rem}
.chart svg{height:11rem;border-bottom:1px solid var(--quiet)}
.scale{display:flex;flex-direction:column;justify-content:space-between;text-align:right;font-size:.8125rem;color:var(--quiet);line-height:1}
.labels{grid-column:2;display:flex;justify-content:space-between;font-size:.8125rem;color:var(--quiet);padding-top:.25rem;gap:.25rem}
.labels.all span{flex:1 1 0;text-align:center;line-height:1.2;min-width:0;overflow-wrap:anywhere}
.a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.rest{fill:var(--soft)}
.key{display:inline-block;width:.8em;height:.8em;border-radius:.15em;margin:0 .35em 0 0}
.key.a{background:var(--a)}.key.b{background:var(--b)}.key.c{background:var(--c)}
.legend span{display:inline-block;margin-right:1.25rem}
.bars{display:grid;gap:.9rem;margin:1rem 0}
.bars .row{display:grid;gap:.15rem}
.bars .line{display:grid;grid-template-columns:1fr 5.5rem;gap:.6rem;align-items:center}
.bars svg{height:1rem}
.bars .name{overflow-wrap:anywhere}
.bars .said{font-variant-numeric:tabular-nums;font-size:.9rem}
.scroll{overflow-x:auto}
.scroll:focus-visible,summary:focus-visible{outline:2px solid var(--a);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;min-width:min(100%,24rem)}
caption{text-align:left;color:var(--quiet);padding:.25rem 0}
th,td{padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th:first-child,td:first-child{text-align:left;min-width:9.5rem}
thead th{color:var(--quiet);font-weight:600}
tbody th{font-weight:400}
summary{cursor:pointer;padding:.35rem 0;color:var(--a)}
dl{margin:.5rem 0}dt{font-weight:600}dd{margin:0 0 .5rem}
footer{padding:2rem 1rem;color:var(--quiet);font-size:.9rem}
@media print{details>*{display:block}body{font-size:11pt}}
)css";

std::string escaped(std::string_view text) {
    std::string result;
    for (const char letter : text) {
        switch (letter) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += letter;
        }
    }
    return result;
}

namespace {

// A round number at or above the largest value, so that the scale can be read.
double round_above(double value) {
    if (value <= 5) return std::max(1.0, std::ceil(value));
    const double power = std::pow(10, std::floor(std::log10(value)));
    for (const double step : {1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0}) {
        if (value <= step * power) return step * power;
    }
    return value;
}

}  // namespace

std::string columns(const std::vector<Column>& columns, std::string_view what, bool label_all) {
    double largest = 0;
    for (const Column& column : columns) largest = std::max(largest, column.value);
    const double top = round_above(largest);
    const auto count = columns.size();
    std::string svg = fmt::format(
        R"(<svg viewBox="0 0 {} 100" preserveAspectRatio="none" role="img" aria-label="{}">)",
        count * 10, escaped(fmt::format("{}, at most {}", what, words::decimal(largest))));
    // Thin columns touch, so that a year does not become a comb.
    const double gap = count > 120 ? 0 : count > 40 ? 1 : 2;
    for (std::size_t i = 0; i < count; ++i) {
        const Column& column = columns[i];
        const double height = column.value / top * 100;
        svg += fmt::format(
            R"(<rect x="{:.1f}" y="{:.2f}" width="{:.1f}" height="{:.2f}" class="{}"><title>{}: {}</title></rect>)",
            static_cast<double>(i) * 10 + gap / 2, 100 - height, 10 - gap, height,
            column.marked ? "b" : "a", escaped(column.label),
            words::number(static_cast<std::int64_t>(column.value)));
    }
    svg += "</svg>";
    std::string labels;
    if (label_all) {
        for (const Column& column : columns)
            labels += "<span>" + escaped(column.short_label) + "</span>";
    } else if (count > 0) {
        labels = "<span>" + escaped(columns.front().short_label) + "</span>";
        if (count > 2) labels += "<span>" + escaped(columns[count / 2].short_label) + "</span>";
        if (count > 1) labels += "<span>" + escaped(columns.back().short_label) + "</span>";
    }
    return fmt::format(
        R"(<div class="chart"><div class="scale" aria-hidden="true"><span>{}</span><span>{}</span><span>0</span></div>{}<div class="labels{}" aria-hidden="true">{}</div></div>)",
        words::number(static_cast<std::int64_t>(top)),
        std::fmod(top, 2) == 0 ? words::decimal(top / 2) : std::string{}, svg,
        label_all ? " all" : "", labels);
}

std::string bar(const std::vector<BarPart>& parts, double full, const std::string& said) {
    std::string svg = fmt::format(
        R"(<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{}"><rect width="100" height="10" class="rest"/>)",
        escaped(said));
    double at = 0;
    for (const BarPart& part : parts) {
        if (part.value <= 0 || full <= 0) continue;
        const double width = part.value / full * 100;
        svg += fmt::format(R"(<rect x="{:.2f}" width="{:.2f}" height="10" class="{}"/>)", at, width,
                           part.style);
        at += width;
    }
    return svg + "</svg>";
}

std::string table(const Table& table) {
    std::string html = fmt::format(
        R"(<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table><caption>{0}</caption><thead><tr>)",
        escaped(table.caption));
    for (const std::string& cell : table.head) {
        html += fmt::format(R"(<th scope="col">{}</th>)", escaped(cell));
    }
    html += "</tr></thead><tbody>";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (std::size_t i = 0; i < row.size(); ++i) {
            html += i == 0 ? fmt::format(R"(<th scope="row">{}</th>)", escaped(row[i]))
                           : fmt::format("<td>{}</td>", escaped(row[i]));
        }
        html += "</tr>";
    }
    return html + "</tbody></table></div>";
}

std::string folded(std::string_view summary, const Table& content) {
    return fmt::format("<details><summary>{}</summary>{}</details>\n", escaped(summary),
                       table(content));
}

}  // namespace premura::html
