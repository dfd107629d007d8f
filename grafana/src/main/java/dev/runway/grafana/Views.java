package dev.runway.grafana;

/** Words that queries of all dashboards share. */
final class Views {
  /** Models of the chosen teams and tiers; needs the columns team and tier. */
  static final String CHOSEN =
      in("coalesce(team, 'none')", "team") + " AND " + in("coalesce(tier::text, 'none')", "tier");

  /** What may still change only when it is asked for. */
  static final String SETTLED = "(NOT provisional OR ${provisional:sqlstring} = 'true')";

  /** Drift against a baseline that was made from live traffic unless it is not wanted. */
  static final String BASELINES = "(NOT provisional OR ${live_baselines:sqlstring} = 'true')";

  /** What has to be judged by the clock: neither silent nor out of use. */
  static final String JUDGED = "state NOT IN ('NO_DATA', 'DEPRECATED', 'RETIRED')";

  private Views() {}

  /**
   * One of the values that are chosen of a variable with several. Of a variable whose query gave
   * nothing Grafana makes no text at all, and {@code IN ()} is no SQL; an empty array is.
   */
  static String in(String column, String variable) {
    return "%s = ANY (ARRAY[${%s:sqlstring}]::text[])".formatted(column, variable);
  }

  /** Each {@code @v_name} in the schema that is chosen above the dashboard. */
  static String named(String sql) {
    return sql.replaceAll("@(v_\\w+)", "\\${schema:raw}.$1");
  }

  /** A state as the number that views give it. */
  static String code(String column) {
    return "array_position(ARRAY['HEALTHY', 'WARMING', 'AT_RISK', 'STALE', 'RETRAINING',"
        + " 'SUSPENDED', 'NO_DATA', 'DEPRECATED', 'RETIRED'], "
        + column
        + ")";
  }
}
