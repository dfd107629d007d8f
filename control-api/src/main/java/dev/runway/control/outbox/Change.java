package dev.runway.control.outbox;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.control.database.Sql;
import dev.runway.model.Topic;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that changes something: its statements, its messages and its audit entries, which
 * are committed together or not at all.
 */
public final class Change {
  private final Sql sql;
  private final String subject;
  private final String requestId;
  private boolean audited;
  private boolean published;

  public Change(Sql sql, String subject, String requestId) {
    this.sql = sql;
    this.subject = subject;
    this.requestId = requestId;
  }

  public Sql sql() {
    return sql;
  }

  /** Who changes, as the audit log has it. */
  public String subject() {
    return subject;
  }

  /**
   * Writes to the audit log.
   *
   * @param action such as {@code model.update}
   * @param object such as {@code model:homepage-ranker}
   * @param detail what a reader needs to see what changed
   * @return number of the entry
   */
  public long audit(String action, String object, JsonNode detail) throws SQLException {
    audited = true;
    return sql.number(
        "SELECT audit_append(?, ?, ?, ?, ?)", subject, action, object, requestId, detail);
  }

  /**
   * Puts a message behind the ones that wait. The caller holds the lock of what it tells about, so
   * that messages of one key are in the order of their changes.
   *
   * @param message null for a tombstone
   */
  public void publish(Topic topic, byte[] key, byte @Nullable [] message) throws SQLException {
    published = true;
    sql.update(
        "INSERT INTO outbox (topic, record_key, message, request_id) VALUES (?, ?, ?, ?)",
        topic.name(),
        key,
        message,
        requestId);
  }

  /** Messages were put in by a statement of the caller's own. */
  public void publishedBySql() {
    published = true;
  }

  /** What was asked for is so already: there is nothing to tell. */
  public void nothingChanged() {
    audited = true;
  }

  /** Whether there is an audit entry: without one nothing may be committed. */
  public boolean isAudited() {
    return audited;
  }

  /** Whether there is something to send. */
  public boolean hasMessages() {
    return published;
  }
}
