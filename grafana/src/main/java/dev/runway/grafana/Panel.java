package dev.runway.grafana;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * One panel. Queries name views as {@code @v_fleet}, which becomes the chosen schema's; the fields
 * of the answer are what the panel shows.
 */
final class Panel {
  /** Numbers of the states as the views give them, with names and colours. */
  static final String STATES =
      """
      {"1": {"text": "HEALTHY", "color": "green"}, "2": {"text": "WARMING", "color": "light-blue"},
       "3": {"text": "AT_RISK", "color": "yellow"}, "4": {"text": "STALE", "color": "red"},
       "5": {"text": "RETRAINING", "color": "blue"}, "6": {"text": "SUSPENDED", "color": "purple"},
       "7": {"text": "NO_DATA", "color": "text"}, "8": {"text": "DEPRECATED", "color": "semi-dark-orange"},
       "9": {"text": "RETIRED", "color": "super-light-orange"}}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ObjectNode defaults;
  private final ArrayNode overrides;
  private final int width;
  private int height;

  private Panel(int id, String type, int width, int height, String title, String description) {
    this.width = width;
    this.height = height;
    json.put("id", id).put("type", type).put("title", title).put("description", description);
    json.set("datasource", source("grafana-postgresql-datasource", "datasource"));
    json.putArray("targets");
    ObjectNode fieldConfig = json.putObject("fieldConfig");
    defaults = fieldConfig.putObject("defaults");
    overrides = fieldConfig.putArray("overrides");
    defaults.put("unit", "none").putObject("custom");
    thresholds("green");
    json.putObject("options");
  }

  /** Numbers, large; one for each column. */
  static Panel stat(int id, int width, String title, String description) {
    return new Panel(id, "stat", width, 4, title, description)
        .options(
            """
            {"colorMode": "background_solid", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
             "textMode": "auto", "wideLayout": true,
             "reduceOptions": {"values": false, "calcs": ["lastNotNull"], "fields": ""}}
            """);
  }

  /** Lines over time. */
  static Panel lines(int id, int width, String title, String description) {
    Panel panel =
        new Panel(id, "timeseries", width, 9, title, description)
            .options(
                """
                {"legend": {"displayMode": "table", "placement": "bottom", "showLegend": true, "calcs": ["lastNotNull"]},
                 "tooltip": {"mode": "multi", "sort": "desc"}}
                """);
    return panel.custom(
        """
        {"drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 5,
         "showPoints": "auto", "pointSize": 4, "spanNulls": false, "thresholdsStyle": {"mode": "off"}}
        """);
  }

  /** Counts over time, stacked. */
  static Panel bars(int id, int width, String title, String description) {
    return lines(id, width, title, description)
        .custom(
            """
            {"drawStyle": "bars", "lineWidth": 0, "fillOpacity": 80, "showPoints": "never",
             "stacking": {"mode": "normal", "group": "A"}, "thresholdsStyle": {"mode": "off"}}
            """);
  }

  /** Rows. */
  static Panel table(int id, int width, String title, String description) {
    return new Panel(id, "table", width, 9, title, description)
        .options("{\"showHeader\": true, \"cellHeight\": \"sm\"}")
        .custom(
            "{\"align\": \"auto\", \"filterable\": true, \"cellOptions\": {\"type\": \"auto\"}}");
  }

  /** One bar for each column or row. */
  static Panel gauge(int id, int width, String title, String description) {
    return new Panel(id, "bargauge", width, 7, title, description)
        .options(
            """
            {"displayMode": "gradient", "orientation": "horizontal", "valueMode": "color", "showUnfilled": true,
             "reduceOptions": {"values": true, "limit": 100, "calcs": ["lastNotNull"], "fields": ""}}
            """);
  }

  /** Which state when; one line for each series. */
  static Panel timeline(int id, int width, String title, String description) {
    return new Panel(id, "state-timeline", width, 10, title, description)
        .options(
            """
            {"mergeValues": true, "showValue": "never", "alignValue": "left", "rowHeight": 0.9,
             "legend": {"displayMode": "list", "placement": "bottom", "showLegend": true},
             "tooltip": {"mode": "single", "sort": "none"}}
            """)
        .custom("{\"fillOpacity\": 80, \"lineWidth\": 0}")
        .states();
  }

  /** Series as rows of a map, their value as its colour. */
  static Panel heatmap(int id, int width, String title, String description) {
    return new Panel(id, "heatmap", width, 12, title, description)
        .options(
            """
            {"calculate": false, "cellGap": 1, "cellValues": {}, "exemplars": {"color": "rgba(255,0,255,0.7)"},
             "filterValues": {"le": 1e-9}, "rowsFrame": {"layout": "auto"}, "legend": {"show": true},
             "showValue": "never", "tooltip": {"mode": "single", "showColorScale": true, "yHistogram": false},
             "yAxis": {"axisPlacement": "left", "reverse": false},
             "color": {"mode": "scheme", "scheme": "YlOrRd", "fill": "dark-red", "scale": "exponential",
                       "exponent": 0.5, "steps": 64, "reverse": false, "min": 0, "max": 1}}
            """);
  }

  /** A query whose answer is a table. */
  Panel rows(String sql) {
    return sql(sql, "table");
  }

  /**
   * A query whose answer has a column {@code time} and, where it has several series, their name.
   */
  Panel series(String sql) {
    if (isDrawnAcrossTime()) {
      custom("{\"spanNulls\": true}");
    }
    return sql(sql, "time_series");
  }

  /**
   * Grafana makes one row for each time at which any series has a value, and there all others have
   * none: without this a line ends, and a state too, wherever another series goes on.
   */
  private boolean isDrawnAcrossTime() {
    return json.get("type").asText().equals("state-timeline")
        || defaults.at("/custom/drawStyle").asText().equals("line");
  }

  private Panel sql(String sql, String format) {
    ObjectNode target = target("grafana-postgresql-datasource", "datasource");
    target.put("format", format).put("editorMode", "code").put("rawQuery", true);
    target.put("rawSql", Views.named(sql.strip()));
    return this;
  }

  /** A query of Prometheus; the whole panel is then Prometheus'. */
  Panel promql(String expression, String legend) {
    json.set("datasource", source("prometheus", "prometheus"));
    ObjectNode target = target("prometheus", "prometheus");
    target.put("editorMode", "code").put("range", true).put("expr", expression.strip());
    target.put("legendFormat", legend);
    return this;
  }

  private ObjectNode target(String type, String variable) {
    ArrayNode targets = (ArrayNode) json.get("targets");
    ObjectNode target = targets.addObject();
    target.put("refId", String.valueOf((char) ('A' + targets.size() - 1)));
    target.set("datasource", source(type, variable));
    return target;
  }

  /** Grafana's name of a unit: s, ms, percentunit, short, currencyUSD, bytes, none. */
  Panel unit(String unit) {
    defaults.put("unit", unit);
    return this;
  }

  Panel decimals(int decimals) {
    defaults.put("decimals", decimals);
    return this;
  }

  /** Colours from values on: the first has none, then value and colour by turns. */
  Panel thresholds(String base, Object... steps) {
    ObjectNode thresholds = defaults.putObject("thresholds").put("mode", "absolute");
    ArrayNode array = thresholds.putArray("steps");
    array.addObject().put("color", base).putNull("value");
    for (int i = 0; i < steps.length; i += 2) {
      array
          .addObject()
          .put("color", (String) steps[i + 1])
          .put("value", ((Number) steps[i]).doubleValue());
    }
    return this;
  }

  /** Lines at the thresholds. */
  Panel thresholdLines() {
    return custom("{\"thresholdsStyle\": {\"mode\": \"dashed\"}}");
  }

  /** What is said in place of "No data". */
  Panel nothing(String words) {
    defaults.put("noValue", words);
    return this;
  }

  Panel range(double min, double max) {
    defaults.put("min", min).put("max", max);
    return this;
  }

  /** No points for times between; the value holds until the next one. */
  Panel steps() {
    return custom("{\"lineInterpolation\": \"stepAfter\"}");
  }

  /** At least so long between two points. */
  Panel interval(String interval) {
    json.put("interval", interval);
    return this;
  }

  /** In place of the height that panels of its kind have. */
  Panel rows(int rows) {
    height = rows;
    return this;
  }

  /** The values are states as numbers. */
  Panel states() {
    mapping(defaults, STATES);
    return this;
  }

  /** The same for one column. */
  Panel states(String column) {
    property(column, "mappings", mappings(STATES));
    return property(column, "custom.cellOptions", read("{\"type\": \"color-background\"}"));
  }

  /** Texts of a column and their colours. */
  Panel colours(String column, String byText) {
    property(column, "mappings", mappings(byText));
    return property(column, "custom.cellOptions", read("{\"type\": \"color-background\"}"));
  }

  /** What a column says in place of the codes that it has. */
  Panel words(String column, String byText) {
    return property(column, "mappings", mappings(byText));
  }

  Panel unit(String column, String unit) {
    return property(column, "unit", JsonNodeFactory.instance.textNode(unit));
  }

  Panel decimals(String column, int decimals) {
    return property(column, "decimals", JsonNodeFactory.instance.numberNode(decimals));
  }

  Panel thresholds(String column, String base, Object... steps) {
    ObjectNode value = JsonNodeFactory.instance.objectNode().put("mode", "absolute");
    ArrayNode array = value.putArray("steps");
    array.addObject().put("color", base).putNull("value");
    for (int i = 0; i < steps.length; i += 2) {
      array
          .addObject()
          .put("color", (String) steps[i + 1])
          .put("value", ((Number) steps[i]).doubleValue());
    }
    return property(column, "thresholds", value);
  }

  /** Where a click on a column leads. */
  Panel link(String column, String title, String url) {
    ArrayNode links = JsonNodeFactory.instance.arrayNode();
    links.addObject().put("title", title).put("url", url).put("targetBlank", false);
    return property(column, "links", links);
  }

  /** To the model's dashboard, from a column with its name. */
  Panel toModel(String column) {
    return link(
        column,
        "This model",
        "/d/runway-model?${datasource:queryparam}&${schema:queryparam}&var-model=${__value.raw:percentencode}"
            + "&${__url_time_range}");
  }

  /** Thin dashed lines for series whose name fits: the ends of an interval, or a threshold. */
  Panel thin(String regex) {
    ObjectNode override = overrides.addObject();
    override.putObject("matcher").put("id", "byRegexp").put("options", regex);
    ArrayNode properties = override.putArray("properties");
    properties
        .addObject()
        .put("id", "custom.lineStyle")
        .set("value", read("{\"fill\": \"dash\", \"dash\": [4, 6]}"));
    properties.addObject().put("id", "custom.fillOpacity").put("value", 0);
    return this;
  }

  Panel option(String name, String json) {
    ((ObjectNode) this.json.get("options")).set(name, read(json));
    return this;
  }

  private Panel options(String options) {
    ((ObjectNode) json.get("options")).setAll((ObjectNode) read(options));
    return this;
  }

  private Panel custom(String custom) {
    ((ObjectNode) defaults.get("custom")).setAll((ObjectNode) read(custom));
    return this;
  }

  private Panel property(String column, String id, JsonNode value) {
    for (JsonNode override : overrides) {
      if (override.at("/matcher/options").asText().equals(column)) {
        ((ArrayNode) override.get("properties")).addObject().put("id", id).set("value", value);
        return this;
      }
    }
    ObjectNode override = overrides.addObject();
    override.putObject("matcher").put("id", "byName").put("options", column);
    override.putArray("properties").addObject().put("id", id).set("value", value);
    return this;
  }

  private static void mapping(ObjectNode defaults, String values) {
    defaults.set("mappings", mappings(values));
  }

  private static ArrayNode mappings(String values) {
    ArrayNode mappings = JsonNodeFactory.instance.arrayNode();
    ObjectNode mapping = mappings.addObject().put("type", "value");
    ObjectNode options = (ObjectNode) read(values);
    int index = 0;
    for (JsonNode each : options) {
      ((ObjectNode) each).put("index", index++);
    }
    mapping.set("options", options);
    return mappings;
  }

  static ObjectNode source(String type, String variable) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("uid", "${%s}".formatted(variable));
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new UncheckedIOException(String.format(Locale.ROOT, "not JSON: %s", json), e);
    }
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  ObjectNode at(int x, int y) {
    ObjectNode placed = json.deepCopy();
    placed.putObject("gridPos").put("h", height).put("w", width).put("x", x).put("y", y);
    return placed;
  }
}
