// Compiles the files of the dashboard in, so that the program needs none beside it.

#include "CDashboard.h"

// Of C23, and of clang in every mode.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "assets/index.html"
};

static const unsigned char api_js[] = {
#embed "assets/api.js"
};

static const unsigned char app_js[] = {
#embed "assets/app.js"
};

static const unsigned char base_css[] = {
#embed "assets/base.css"
};

static const unsigned char colours_js[] = {
#embed "assets/colours.js"
};

static const unsigned char comparison_js[] = {
#embed "assets/comparison.js"
};

static const unsigned char distribution_js[] = {
#embed "assets/distribution.js"
};

static const unsigned char dom_js[] = {
#embed "assets/dom.js"
};

static const unsigned char events_js[] = {
#embed "assets/events.js"
};

static const unsigned char format_js[] = {
#embed "assets/format.js"
};

static const unsigned char frame_css[] = {
#embed "assets/frame.css"
};

static const unsigned char frame_js[] = {
#embed "assets/frame.js"
};

static const unsigned char guard_plot_js[] = {
#embed "assets/guard-plot.js"
};

static const unsigned char guards_js[] = {
#embed "assets/guards.js"
};

static const unsigned char icon_svg[] = {
#embed "assets/icon.svg"
};

static const unsigned char interval_table_js[] = {
#embed "assets/interval-table.js"
};

static const unsigned char interval_js[] = {
#embed "assets/interval.js"
};

static const unsigned char journal_js[] = {
#embed "assets/journal.js"
};

static const unsigned char login_js[] = {
#embed "assets/login.js"
};

static const unsigned char outcomes_js[] = {
#embed "assets/outcomes.js"
};

static const unsigned char overview_route_js[] = {
#embed "assets/overview-route.js"
};

static const unsigned char overview_css[] = {
#embed "assets/overview.css"
};

static const unsigned char overview_js[] = {
#embed "assets/overview.js"
};

static const unsigned char pairs_js[] = {
#embed "assets/pairs.js"
};

static const unsigned char plots_css[] = {
#embed "assets/plots.css"
};

static const unsigned char ramp_panel_js[] = {
#embed "assets/ramp-panel.js"
};

static const unsigned char route_page_js[] = {
#embed "assets/route-page.js"
};

static const unsigned char route_css[] = {
#embed "assets/route.css"
};

static const unsigned char series_js[] = {
#embed "assets/series.js"
};

static const unsigned char settings_js[] = {
#embed "assets/settings.js"
};

static const unsigned char shadow_groups_js[] = {
#embed "assets/shadow-groups.js"
};

static const unsigned char shadow_sides_js[] = {
#embed "assets/shadow-sides.js"
};

static const unsigned char shadows_css[] = {
#embed "assets/shadows.css"
};

static const unsigned char shadows_js[] = {
#embed "assets/shadows.js"
};

static const unsigned char share_bar_js[] = {
#embed "assets/share-bar.js"
};

static const unsigned char sparkline_js[] = {
#embed "assets/sparkline.js"
};

static const unsigned char step_cards_js[] = {
#embed "assets/step-cards.js"
};

static const unsigned char steps_js[] = {
#embed "assets/steps.js"
};

static const unsigned char store_js[] = {
#embed "assets/store.js"
};

static const unsigned char stream_js[] = {
#embed "assets/stream.js"
};

static const unsigned char streams_js[] = {
#embed "assets/streams.js"
};

static const unsigned char svg_js[] = {
#embed "assets/svg.js"
};

static const unsigned char text_diff_js[] = {
#embed "assets/text-diff.js"
};

static const unsigned char theme_first_js[] = {
#embed "assets/theme-first.js"
};

static const unsigned char theme_js[] = {
#embed "assets/theme.js"
};

static const unsigned char time_chart_js[] = {
#embed "assets/time-chart.js"
};

static const unsigned char time_panel_js[] = {
#embed "assets/time-panel.js"
};

static const unsigned char timeline_js[] = {
#embed "assets/timeline.js"
};

static const unsigned char verbs_js[] = {
#embed "assets/verbs.js"
};

static const unsigned char words_js[] = {
#embed "assets/words.js"
};

static const struct dashboard_file files[] = {
    {"index.html", index_html, sizeof index_html},
    {"api.js", api_js, sizeof api_js},
    {"app.js", app_js, sizeof app_js},
    {"base.css", base_css, sizeof base_css},
    {"colours.js", colours_js, sizeof colours_js},
    {"comparison.js", comparison_js, sizeof comparison_js},
    {"distribution.js", distribution_js, sizeof distribution_js},
    {"dom.js", dom_js, sizeof dom_js},
    {"events.js", events_js, sizeof events_js},
    {"format.js", format_js, sizeof format_js},
    {"frame.css", frame_css, sizeof frame_css},
    {"frame.js", frame_js, sizeof frame_js},
    {"guard-plot.js", guard_plot_js, sizeof guard_plot_js},
    {"guards.js", guards_js, sizeof guards_js},
    {"icon.svg", icon_svg, sizeof icon_svg},
    {"interval-table.js", interval_table_js, sizeof interval_table_js},
    {"interval.js", interval_js, sizeof interval_js},
    {"journal.js", journal_js, sizeof journal_js},
    {"login.js", login_js, sizeof login_js},
    {"outcomes.js", outcomes_js, sizeof outcomes_js},
    {"overview-route.js", overview_route_js, sizeof overview_route_js},
    {"overview.css", overview_css, sizeof overview_css},
    {"overview.js", overview_js, sizeof overview_js},
    {"pairs.js", pairs_js, sizeof pairs_js},
    {"plots.css", plots_css, sizeof plots_css},
    {"ramp-panel.js", ramp_panel_js, sizeof ramp_panel_js},
    {"route-page.js", route_page_js, sizeof route_page_js},
    {"route.css", route_css, sizeof route_css},
    {"series.js", series_js, sizeof series_js},
    {"settings.js", settings_js, sizeof settings_js},
    {"shadow-groups.js", shadow_groups_js, sizeof shadow_groups_js},
    {"shadow-sides.js", shadow_sides_js, sizeof shadow_sides_js},
    {"shadows.css", shadows_css, sizeof shadows_css},
    {"shadows.js", shadows_js, sizeof shadows_js},
    {"share-bar.js", share_bar_js, sizeof share_bar_js},
    {"sparkline.js", sparkline_js, sizeof sparkline_js},
    {"step-cards.js", step_cards_js, sizeof step_cards_js},
    {"steps.js", steps_js, sizeof steps_js},
    {"store.js", store_js, sizeof store_js},
    {"stream.js", stream_js, sizeof stream_js},
    {"streams.js", streams_js, sizeof streams_js},
    {"svg.js", svg_js, sizeof svg_js},
    {"text-diff.js", text_diff_js, sizeof text_diff_js},
    {"theme-first.js", theme_first_js, sizeof theme_first_js},
    {"theme.js", theme_js, sizeof theme_js},
    {"time-chart.js", time_chart_js, sizeof time_chart_js},
    {"time-panel.js", time_panel_js, sizeof time_panel_js},
    {"timeline.js", timeline_js, sizeof timeline_js},
    {"verbs.js", verbs_js, sizeof verbs_js},
    {"words.js", words_js, sizeof words_js},
};

size_t dashboard_file_count(void) { return sizeof files / sizeof files[0]; }

struct dashboard_file dashboard_file_at(size_t place) { return files[place]; }
