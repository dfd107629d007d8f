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
  private final boolean ofItself;
  private String requestId;
  private boolean audited;
  private boolean published;

  /** Of a request, or of a record that came by a topic. */
  public Change(Sql sql, String subject, String requestId) {
    this(sql, subject, requestId, false);
  }

  private Change(Sql sql, String subject, String requestId, boolean ofItself) {
    this.sql = sql;
    this.subject = subject;
    this.requestId = requestId;
    this.ofItself = ofItself;
  }

  /**
   * A change that nobody asks for now, such as the queue's: it goes on with what somebody asked for
   * before, and under the id of that.
   *
   * @param name what it is called until it is known what it goes on with
   */
  public static Change ofItself(Sql sql, String subject, String name) {
    return new Change(sql, subject, name, true);
  }

  /** What it is about came of that request; one that is asked for keeps its own. */
  public void goesOnWith(String cause) {
    if (ofItself) {
      requestId = cause;
    }
  }

  /** The id that it goes under now. */
  public String requestId() {
    return requestId;
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
    publish(topic, key, message, requestId);
  }

  /**
   * The same of what came of another request than this change.
   *
   * @param cause id of that
   */
  public void publish(Topic topic, byte[] key, byte @Nullable [] message, String cause)
      throws SQLException {
    published = true;
    sql.update(
        "INSERT INTO outbox (topic, record_key, message, request_id) VALUES (?, ?, ?, ?)",
        topic.name(),
        key,
        message,
        cause);
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
