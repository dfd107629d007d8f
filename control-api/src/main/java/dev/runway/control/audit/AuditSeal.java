package dev.runway.control.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.runway.control.database.Sql;
import dev.runway.control.security.Pem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The head of the chain for those who keep it elsewhere, signed with Ed25519 if there is a key.
 * What is signed is the line {@code runway-audit-head SEQ HASH AT}, so openssl can check it too.
 */
public final class AuditSeal {
  private static final String ALGORITHM = "Ed25519";

  private final @Nullable PrivateKey key;
  private final Clock clock;

  private AuditSeal(@Nullable PrivateKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
  }

  /**
   * With the key of a file.
   *
   * @param keyFile PEM; null to sign nothing
   * @throws IllegalArgumentException if it holds no private key of Ed25519
   */
  public static AuditSeal of(@Nullable Path keyFile) {
    AuditSeal seal =
        new AuditSeal(keyFile == null ? null : Pem.of(keyFile).privateKey(), Clock.systemUTC());
    try {
      seal.signature("");
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          keyFile + " must hold a key that openssl genpkey -algorithm ed25519 has made", e);
    }
    return seal;
  }

  /** The end of the chain as it is now, as the contract's AuditHead. */
  ObjectNode head(Sql sql) throws SQLException {
    ObjectNode head =
        sql.row("SELECT seq, encode(hash, 'hex') AS hash FROM audit_head")
            .orElseThrow(() -> new SQLException("the head of the audit chain is missing"));
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    head.put("at", now.toString());
    try {
      String signature =
          signature(
              "runway-audit-head %d %s %s"
                  .formatted(head.path("seq").asLong(), head.path("hash").asText(), now));
      if (signature != null) {
        head.put("signature", signature);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key that has signed signs no more", e);
    }
    return head;
  }

  /** Null without a key. */
  private @Nullable String signature(String line) throws GeneralSecurityException {
    if (key == null) {
      return null;
    }
    Signature signature = Signature.getInstance(ALGORITHM);
    signature.initSign(key);
    signature.update(line.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(signature.sign());
  }
}
