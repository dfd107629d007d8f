package dev.runway.control.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.http.Answer;
import dev.runway.control.http.Call;
import dev.runway.control.http.Handlers;
import dev.runway.control.http.Operation;
import dev.runway.control.http.Page;
import dev.runway.control.http.Problem;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The audit log, for reading. It is written by {@code Change} alone. */
public final class Audit {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final AtomicBoolean VERIFYING = new AtomicBoolean();
  private static final long VERIFY_AGAIN_SECONDS = 5;

  private static final String COLUMNS =
      """
      SELECT seq, entry, encode(hash, 'hex') AS hash, found
      FROM (SELECT seq, entry, hash, count(*) OVER () AS found,
                   sum(octet_length(entry)) OVER (ORDER BY seq DESC) AS bytes,
                   row_number() OVER (ORDER BY seq DESC) AS place
            FROM (SELECT seq, entry, hash
                  FROM audit_log
                  WHERE seq < ? AND (?::text IS NULL OR object = ?::text)
                        AND (?::text IS NULL OR subject = ?::text)
                        AND (?::text IS NULL OR models @> ARRAY[?::text])
                  ORDER BY seq DESC
                  LIMIT ?) AS w) AS s
      WHERE bytes <= ? OR place = 1
      ORDER BY seq DESC
      """;

  /** An entry has up to some 500 kB. */
  private static final long MAX_PAGE_BYTES = 2 << 20;

  private Audit() {}

  public static void handle(Handlers handlers, AuditSeal seal) {
    handlers
        .read(Operation.LIST_AUDIT, Audit::list)
        .read(Operation.GET_AUDIT_HEAD, (call, sql) -> Answer.ok(seal.head(sql)))
        .read(Operation.VERIFY_AUDIT, (call, sql) -> verify(kept(call), sql));
  }

  /** Null when none is given. */
  private static AuditChain.@Nullable Kept kept(Call call) {
    String seq = call.query("head_seq");
    String hash = call.query("head_hash");
    if (seq == null && hash == null) {
      return null;
    }
    if (seq == null || hash == null) {
      throw Problem.parameter(
          "parameter", seq == null ? "head_seq" : "head_hash", "goes with the other one");
    }
    return new AuditChain.Kept(Long.parseLong(seq), hash);
  }

  /** One at a time: it reads the whole log, and holds a connection meanwhile. */
  private static Answer verify(AuditChain.@Nullable Kept kept, Sql sql) throws SQLException {
    if (!VERIFYING.compareAndSet(false, true)) {
      throw Problem.tooMany(VERIFY_AGAIN_SECONDS);
    }
    try {
      return Answer.ok(AuditChain.verify(sql, kept));
    } finally {
      VERIFYING.set(false);
    }
  }

  private static Answer list(Call call, Sql sql) throws SQLException {
    Page page = Page.of(call);
    String object = call.query("object");
    String subject = call.query("subject");
    String model = call.query("model");
    List<ObjectNode> rows =
        sql.rows(
            COLUMNS,
            page.afterNumber(Long.MAX_VALUE),
            object,
            object,
            subject,
            subject,
            model,
            model,
            page.rows(),
            MAX_PAGE_BYTES);
    List<ObjectNode> entries = new ArrayList<>();
    for (ObjectNode row : rows) {
      entries.add(entry(row));
    }
    long found = rows.isEmpty() ? 0 : rows.get(0).path("found").asLong();
    return page.answer(entries, row -> row.path("seq").asText(), found > entries.size());
  }

  private static ObjectNode entry(ObjectNode row) throws SQLException {
    try {
      ObjectNode entry = (ObjectNode) MAPPER.readTree(row.path("entry").asText());
      entry.set("seq", row.path("seq"));
      entry.put("at", Instant.ofEpochMilli(entry.path("at_millis").asLong()).toString());
      entry.set("hash", row.path("hash"));
      return entry;
    } catch (JsonProcessingException e) {
      throw new SQLException("audit entry " + row.path("seq") + " is not JSON", e);
    }
  }
}
