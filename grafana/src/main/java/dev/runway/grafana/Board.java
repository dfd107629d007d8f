package dev.runway.grafana;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One dashboard, in the classic format that Grafana 10 to 13 loads. Panels stand side by side in
 * the order they are added, in 24 columns.
 */
final class Board {
  private static final int COLUMNS = 24;
  private static final int SCHEMA_VERSION = 39;

  private final String uid;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final ArrayNode panels;
  private final ArrayNode variables;
  private final ArrayNode annotations;
  private int nextX;
  private int nextY;
  private int rowHeight;
  private int rowId = 1000;

  Board(String uid, String title, String description, String from) {
    this.uid = uid;
    json.putNull("id").put("uid", uid).put("title", title).put("description", description);
    json.putArray("tags").add("runway");
    json.put("schemaVersion", SCHEMA_VERSION).put("version", 1).put("editable", false);
    json.put("timezone", "browser").put("refresh", "1m").put("graphTooltip", 1);
    json.putObject("time").put("from", from).put("to", "now");
    json.putObject("timepicker");
    links(json.putArray("links"));
    variables = json.putObject("templating").putArray("list");
    annotations = json.putObject("annotations").putArray("list");
    panels = json.putArray("panels");
    source("datasource", "Data source", "grafana-postgresql-datasource", "Runway", "runway-pg");
    query(
        "schema",
        "Schema",
        """
        SELECT nspname FROM pg_namespace
        WHERE to_regclass(quote_ident(nspname) || '.v_fleet') IS NOT NULL
          AND has_schema_privilege(nspname, 'USAGE')
        ORDER BY nspname <> 'runway', nspname
        """,
        false,
        "Where the tables are: runway, or the schema of a demo or a replay.");
  }

  private static void links(ArrayNode links) {
    ObjectNode others = links.addObject().put("title", "Runway").put("type", "dashboards");
    others.put("icon", "external link").put("tooltip", "The other dashboards").put("url", "");
    others.putArray("tags").add("runway");
    others.put("asDropdown", true).put("targetBlank", false);
    others.put("includeVars", true).put("keepTime", true);
    ObjectNode page = links.addObject().put("title", "Runway's own page").put("type", "link");
    page.put("icon", "info").put("tooltip", "The control API, where commands are approved");
    page.put("url", "${page}");
    page.putArray("tags");
    page.put("asDropdown", false).put("targetBlank", true);
    page.put("includeVars", false).put("keepTime", false);
  }

  /** The variable with the address that the link above leads to. */
  Board page() {
    ObjectNode variable = variable("page", "textbox", "Page", "Address of the control API.");
    variable.put("query", "http://127.0.0.1:8080");
    variable
        .putObject("current")
        .put("text", "http://127.0.0.1:8080")
        .put("value", "http://127.0.0.1:8080");
    return this;
  }

  Board source(String name, String label, String type, String text, String value) {
    ObjectNode variable = variable(name, "datasource", label, "Where the answers come from.");
    variable.put("query", type).put("refresh", 1);
    variable.putObject("current").put("text", text).put("value", value);
    return this;
  }

  /** A variable whose values a query gives, anew when the span of time changes. */
  Board query(String name, String label, String sql, boolean several, String description) {
    ObjectNode variable = variable(name, "query", label, description);
    variable.set("datasource", Panel.source("grafana-postgresql-datasource", "datasource"));
    String query = Views.named(sql.strip());
    variable.put("query", query).put("definition", query).put("refresh", 2).put("sort", 0);
    variable.put("multi", several).put("includeAll", several);
    if (several) {
      variable.putObject("current").put("text", "All").put("value", "$__all");
    }
    return this;
  }

  /** A variable with values of its own: text and value by turns, the first one chosen. */
  Board custom(String name, String label, String description, boolean several, String... values) {
    ObjectNode variable = variable(name, "custom", label, description);
    variable.put("multi", several).put("includeAll", several);
    StringBuilder query = new StringBuilder();
    ArrayNode options = variable.putArray("options");
    for (int i = 0; i < values.length; i += 2) {
      query.append(i == 0 ? "" : ",").append(values[i]).append(" : ").append(values[i + 1]);
      options
          .addObject()
          .put("text", values[i])
          .put("value", values[i + 1])
          .put("selected", i == 0 && !several);
    }
    variable.put("query", query.toString());
    variable
        .putObject("current")
        .put("text", several ? "All" : values[0])
        .put("value", several ? "$__all" : values[1]);
    return this;
  }

  private ObjectNode variable(String name, String type, String label, String description) {
    return variables
        .addObject()
        .put("name", name)
        .put("type", type)
        .put("label", label)
        .put("description", description)
        .put("hide", 0)
        .put("skipUrlSync", false);
  }

  /** Teams and tiers, for dashboards over many models. */
  Board teams() {
    query(
        "team",
        "Team",
        """
        SELECT team FROM (SELECT team FROM @v_known_models UNION SELECT team FROM @v_fleet) AS t
        WHERE team IS NOT NULL
        UNION SELECT 'none'
        ORDER BY 1
        """,
        true,
        "Whose models; none: of no team that is known.");
    return custom(
        "tier",
        "Tier",
        "1 (revenue-critical) to 4 (experimental); none: not known.",
        true,
        "1",
        "1",
        "2",
        "2",
        "3",
        "3",
        "4",
        "4",
        "none",
        "none");
  }

  Board model() {
    return query(
        "model",
        "Model",
        "SELECT model_id FROM @v_known_models ORDER BY 1",
        false,
        "One model that anything is known of.");
  }

  Board provisional() {
    return custom(
        "provisional",
        "Provisional",
        "Whether values are shown that may still change, as labels are due.",
        false,
        "hidden",
        "false",
        "shown",
        "true");
  }

  /** Whether drift against a baseline that a job made itself is shown; it cannot retrain alone. */
  Board liveBaselines() {
    return custom(
        "live_baselines",
        "Baselines made from live traffic",
        "Whether drift against them is shown: of a version without an uploaded profile there is no other.",
        false,
        "shown",
        "true",
        "hidden",
        "false");
  }

  /** Marks on all panels; the query gives time, text and tags. */
  Board annotation(String name, String colour, String sql) {
    ObjectNode annotation = annotations.addObject();
    annotation.put("name", name).put("enable", true).put("hide", false).put("iconColor", colour);
    annotation.set("datasource", Panel.source("grafana-postgresql-datasource", "datasource"));
    ObjectNode target = annotation.putObject("target");
    target.put("refId", "Anno").put("format", "table").put("editorMode", "code");
    target.put("rawQuery", true).put("rawSql", Views.named(sql.strip()));
    return this;
  }

  /**
   * What was deployed and retrained, of the models that {@code which} names; the newest of the span
   * where there is more than can be told apart.
   */
  Board marks(String which) {
    annotation(
        "Deploys",
        "blue",
        """
        SELECT time, text, tags
        FROM (
          SELECT started_at AS time, model_id || ' ' || version || ': ' || lower(role) AS text,
            'deploy,' || environment AS tags
          FROM @v_deployments
          WHERE $__timeFilter(started_at) AND %s
          ORDER BY started_at DESC
          LIMIT 200) AS newest
        ORDER BY time
        """
            .formatted(which));
    return annotation(
        "Retrains",
        "orange",
        """
        SELECT time, "timeEnd", text, tags
        FROM (
          SELECT coalesce(started_at, issued_at) AS time, ended_at AS "timeEnd",
            model_id || ': ' || lower(reason_class) || ', ' || state AS text, 'retrain,' || lower(mode) AS tags
          FROM @v_retrains
          WHERE issued_at BETWEEN $__timeFrom()::timestamptz - interval '30 days' AND $__timeTo()::timestamptz
            AND coalesce(started_at, issued_at) BETWEEN $__timeFrom()::timestamptz AND $__timeTo()::timestamptz
            AND action = 'RETRAIN' AND %s
          ORDER BY 1 DESC
          LIMIT 200) AS newest
        ORDER BY time
        """
            .formatted(which));
  }

  /** A line with a title across everything; what follows stands below it. */
  Board row(String title) {
    newLine();
    ObjectNode row = panels.addObject();
    row.put("id", rowId++).put("type", "row").put("title", title).put("collapsed", false);
    row.putArray("panels");
    row.putObject("gridPos").put("h", 1).put("w", COLUMNS).put("x", 0).put("y", nextY);
    nextY++;
    return this;
  }

  Board add(Panel... more) {
    for (Panel panel : List.of(more)) {
      if (nextX + panel.width() > COLUMNS) {
        newLine();
      }
      panels.add(panel.at(nextX, nextY));
      nextX += panel.width();
      rowHeight = Math.max(rowHeight, panel.height());
    }
    return this;
  }

  private void newLine() {
    nextY += rowHeight;
    nextX = 0;
    rowHeight = 0;
  }

  String uid() {
    return uid;
  }

  String text() {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    try {
      return new ObjectMapper()
              .writer(new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines))
              .writeValueAsString(json)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
