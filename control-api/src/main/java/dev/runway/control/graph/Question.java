package dev.runway.control.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A query that grows by the conditions that were asked for. Its texts are the program's own. */
final class Question {
  private final StringBuilder text;
  private final List<@Nullable Object> values = new ArrayList<>();

  Question(String text, Object... values) {
    this.text = new StringBuilder(text);
    this.values.addAll(List.of(values));
  }

  /** A further condition, if there is a value to hold against it. */
  Question and(String condition, @Nullable String value) {
    if (value != null) {
      text.append(" AND ").append(condition);
      values.add(value);
    }
    return this;
  }

  /** The first rows in an order. */
  List<ObjectNode> rows(Sql sql, String order, int limit) throws SQLException {
    text.append(" ORDER BY ").append(order).append(" LIMIT ?");
    values.add(limit);
    return sql.rows(text.toString(), values.toArray());
  }
}
