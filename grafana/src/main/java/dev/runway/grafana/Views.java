package dev.runway.grafana;

/** Words that queries of all dashboards share. */
final class Views {
  /** Models of the chosen teams and tiers; needs the columns team and tier. */
  static final String CHOSEN =
      "coalesce(team, 'none') IN (${team:sqlstring}) AND coalesce(tier::text, 'none') IN"
          + " (${tier:sqlstring})";

  /** What may still change only when it is asked for. */
  static final String SETTLED = "(NOT provisional OR ${provisional:sqlstring} = 'true')";

  private Views() {}

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
