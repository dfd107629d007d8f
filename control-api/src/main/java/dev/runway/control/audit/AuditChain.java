package dev.runway.control.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain of hashes, with the program's own SHA-256. An entry that was edited, removed or
 * moved breaks it where that was done; one that was removed from the end is missed by the head. A
 * chain that somebody with all rights has written anew is whole: only a head that was kept
 * elsewhere shows that.
 */
final class AuditChain {
  private static final int FETCH = 50;
  private static final int LIMIT_MILLIS = 60_000;

  private final MessageDigest digest;
  private byte[] hash = new byte[32];
  private long entries;
  private @Nullable ObjectNode broken;
  private final @Nullable Kept kept;

  /** A head that somebody kept: the number of an entry, and the hash that it had, in hex. */
  record Kept(long seq, String hash) {}

  private AuditChain(@Nullable Kept kept) {
    this.kept = kept;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * What became of the chain, as the contract's AuditVerdict.
   *
   * @param kept what the chain must still contain; null when nothing was kept
   */
  static ObjectNode verify(Sql sql, @Nullable Kept kept) throws SQLException {
    AuditChain chain = new AuditChain(kept);
    sql.oneState();
    sql.limitStatements(LIMIT_MILLIS);
    sql.each(
        FETCH, chain::follow, "SELECT seq, entry, prev_hash, hash FROM audit_log ORDER BY seq");
    ObjectNode head = sql.row("SELECT seq, hash FROM audit_head").orElse(null);
    if (chain.broken == null) {
      chain.requireHead(head);
    }
    return chain.verdict();
  }

  private void follow(ResultSet row) throws SQLException {
    if (broken != null) {
      return;
    }
    long seq = row.getLong(1);
    String entry = row.getString(2);
    if (seq != entries + 1) {
      breaks(entries + 1, "is missing");
    } else if (!Arrays.equals(row.getBytes(3), hash)) {
      breaks(seq, "does not follow the entry before");
    } else {
      digest.update(hash);
      byte[] due = digest.digest(entry.getBytes(StandardCharsets.UTF_8));
      if (!Arrays.equals(row.getBytes(4), due)) {
        breaks(seq, "is not what was hashed");
      } else if (kept != null && kept.seq() == seq && !kept.hash().equals(hex(due))) {
        breaks(seq, "is not what the kept head says: the chain was written anew, here or before");
      } else {
        hash = due;
        entries = seq;
      }
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private void requireHead(@Nullable ObjectNode head) {
    if (head == null) {
      breaks(entries + 1, "the head of the chain is missing");
      return;
    }
    long last = head.path("seq").asLong();
    if (last > entries) {
      breaks(entries + 1, "is missing: the head says that there are " + last);
    } else if (last < entries || !head.path("hash").asText().equals(hex(hash))) {
      breaks(last, "is not where the head says that the chain ends");
    } else if (kept != null && kept.seq() > entries) {
      breaks(entries + 1, "is missing: the kept head says that there were " + kept.seq());
    }
  }

  private void breaks(long seq, String reason) {
    broken = JsonNodeFactory.instance.objectNode().put("seq", seq).put("reason", reason);
  }

  private ObjectNode verdict() {
    ObjectNode verdict = JsonNodeFactory.instance.objectNode();
    verdict.put("intact", broken == null);
    verdict.put("entries", entries);
    if (broken != null) {
      verdict.set("first_broken", broken);
    } else {
      verdict.putObject("head").put("seq", entries).put("hash", hex(hash));
    }
    return verdict;
  }
}
