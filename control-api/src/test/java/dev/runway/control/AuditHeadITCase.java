package dev.runway.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.runway.cli.Verbs;
import dev.runway.control.audit.AuditHeads;
import dev.runway.control.audit.AuditSeal;
import dev.runway.control.database.Database;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A head of the audit chain that somebody keeps elsewhere. */
class AuditHeadITCase {
  private static final KeyPair KEYS = keys("Ed25519");
  private static final Path KEY_FILE = pem("PRIVATE KEY", KEYS.getPrivate());

  @Order(1)
  @RegisterExtension
  static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @Order(3)
  @RegisterExtension
  static final RunningApi API =
      new RunningApi(
          POSTGRES, "127.0.0.1:1", Map.of("RUNWAY_CONTROL_AUDIT_KEY_FILE", KEY_FILE.toString()));

  @TempDir Path folder;

  private static KeyPair keys(String algorithm) {
    try {
      return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path pem(String label, Key key) {
    try {
      Path file = Files.createTempFile("runway-key-", ".pem");
      file.toFile().deleteOnExit();
      return Files.writeString(
          file,
          "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
              .formatted(label, Base64.getMimeEncoder().encodeToString(key.getEncoded())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode verified(JsonNode head) {
    return API.get(
            "/v1/audit/verify?head_seq=%d&head_hash=%s"
                .formatted(head.path("seq").asLong(), head.path("hash").asText()))
        .body();
  }

  private record Said(int exit, String out, String err) {}

  private static Said run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine runway = new CommandLine(CommandSpec.create().name("runway"));
    Verbs.addTo(
        runway,
        Map.of("RUNWAY_TOKEN", API.token(), "RUNWAY_SERVER", API.address()),
        Optional::empty);
    runway.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Said(runway.execute(arguments), out.toString(), err.toString());
  }

  @Test
  void head_isSignedAndItsChainContainsItWhateverComesLater() throws Exception {
    API.post("/v1/models", Bodies.model("signed", "ranking"));
    JsonNode head = API.get("/v1/audit/head").body();

    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(KEYS.getPublic());
    check.update(
        "runway-audit-head %d %s %s"
            .formatted(
                head.path("seq").asLong(), head.path("hash").asText(), head.path("at").asText())
            .getBytes(StandardCharsets.UTF_8));
    assertThat(check.verify(Base64.getDecoder().decode(head.path("signature").asText()))).isTrue();

    API.post("/v1/models", Bodies.model("signed-later", "ranking"));
    assertThat(verified(head).path("intact").asBoolean()).isTrue();
    assertThat(API.get("/v1/audit/verify?head_seq=1").status()).isEqualTo(400);
  }

  @Test
  void chainThatIsWrittenAnewOrCutOff_isFoundByTheKeptHeadAlone() throws Exception {
    API.post("/v1/models", Bodies.model("anew", "ranking"));
    JsonNode head = API.get("/v1/audit/head").body();
    long seq = head.path("seq").asLong();
    POSTGRES.execute(
        PostgresDatabase.SUPERUSER,
        "SET session_replication_role = replica",
        "CREATE TABLE kept_log AS SELECT seq, entry, prev_hash, hash FROM runway.audit_log",
        "CREATE TABLE kept_head AS SELECT hash FROM runway.audit_head",
        "UPDATE runway.audit_log SET entry = replace(entry, 'ranking', 'fashion') WHERE seq = "
            + seq,
        """
        DO $$
        DECLARE
            line record;
            link bytea := decode(repeat('00', 32), 'hex');
        BEGIN
            FOR line IN SELECT seq, entry FROM runway.audit_log ORDER BY seq LOOP
                UPDATE runway.audit_log
                SET prev_hash = link, hash = sha256(link || convert_to(line.entry, 'UTF8'))
                WHERE seq = line.seq
                RETURNING hash INTO link;
            END LOOP;
            UPDATE runway.audit_head SET hash = link;
        END
        $$
        """);
    try {
      assertThat(API.get("/v1/audit/verify").body().path("intact").asBoolean()).isTrue();
      JsonNode verdict = verified(head);
      assertThat(verdict.path("intact").asBoolean()).isFalse();
      assertThat(verdict.at("/first_broken/seq").asLong()).isEqualTo(seq);
      assertThat(verdict.at("/first_broken/reason").asText()).contains("written anew");
    } finally {
      POSTGRES.execute(
          PostgresDatabase.SUPERUSER,
          "SET session_replication_role = replica",
          "UPDATE runway.audit_log AS a SET entry = k.entry, prev_hash = k.prev_hash, hash = k.hash"
              + " FROM kept_log AS k WHERE k.seq = a.seq",
          "UPDATE runway.audit_head SET hash = (SELECT hash FROM kept_head)",
          "DROP TABLE kept_log, kept_head");
    }
    assertThat(verified(head).path("intact").asBoolean()).isTrue();
    JsonNode shorter =
        API.get(
                "/v1/audit/verify?head_seq=%d&head_hash=%s"
                    .formatted(seq + 1_000, head.path("hash").asText()))
            .body();
    assertThat(shorter.at("/first_broken/reason").asText()).contains("is missing", "kept head");
  }

  @Test
  void cli_keepsAHeadAndVerifiesWithIt() throws Exception {
    API.post("/v1/models", Bodies.model("by-cli", "ranking"));
    Said kept = run("audit", "head", "--json");
    assertThat(kept.exit()).isZero();
    Path head = Files.writeString(folder.resolve("head.json"), kept.out());
    String key = pem("PUBLIC KEY", KEYS.getPublic()).toString();
    String other = pem("PUBLIC KEY", keys("Ed25519").getPublic()).toString();

    Said good = run("audit", "verify", "--head", head.toString(), "--public-key", key);
    assertThat(good.err()).isEmpty();
    assertThat(good.exit()).isZero();
    Said foreign = run("audit", "verify", "--head", head.toString(), "--public-key", other);
    assertThat(foreign.exit()).isEqualTo(3);
    assertThat(foreign.err()).contains("was not signed with the key of " + other);

    Files.writeString(head, kept.out().replaceFirst("\"hash\" : \"[0-9a-f]{2}", "\"hash\" : \"00"));
    assertThat(run("audit", "verify", "--head", head.toString(), "--public-key", key).exit())
        .isEqualTo(3);
    Said changed = run("audit", "verify", "--head", head.toString());
    assertThat(changed.exit()).isEqualTo(1);
    assertThat(changed.out()).contains("kept head");
    Files.writeString(head, "{}");
    assertThat(run("audit", "verify", "--head", head.toString()).err()).contains("holds no head");
    assertThat(run("audit", "verify", "--public-key", key).exit()).isEqualTo(2);
  }

  @Test
  void withoutAKey_itIsNotSigned_andAnotherKindOfKeyIsRefused() {
    RunningApi plain = new RunningApi(POSTGRES, "127.0.0.1:1", Map.of());
    plain.start();
    try {
      JsonNode head = plain.get("/v1/audit/head").body();
      assertThat(head.path("hash").asText()).hasSize(64);
      assertThat(head.has("signature")).isFalse();
    } finally {
      plain.stop();
    }
    Path rsa = pem("PRIVATE KEY", keys("RSA").getPrivate());
    assertThatThrownBy(() -> AuditSeal.of(rsa))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(rsa.toString())
        .hasMessageContaining("ed25519");
    assertThatThrownBy(() -> AuditSeal.of(folder.resolve("absent")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be read");
  }

  @Test
  void head_isWrittenToTheLogAgainAndAgain() {
    List<String> told = new CopyOnWriteArrayList<>();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            told.add(record.getMessage());
          }

          @Override
          public void flush() {
            // Nothing is held back.
          }

          @Override
          public void close() {
            // Nothing is open.
          }
        };
    Logger log = Logger.getLogger(AuditHeads.class.getName());
    Level before = log.getLevel();
    log.setLevel(Level.INFO);
    log.addHandler(listener);
    try (Database database = new Database(API.options().postgres());
        AuditHeads heads =
            new AuditHeads(database, AuditSeal.of(KEY_FILE), Duration.ofMillis(50))) {
      heads.start();
      await()
          .atMost(Waits.LONG)
          .until(() -> told.stream().filter(line -> line.contains("\"signature\"")).count() >= 3);
    } finally {
      log.removeHandler(listener);
      log.setLevel(before);
    }
    assertThat(told).allSatisfy(line -> assertThat(line).startsWith("audit head {\"seq\":"));
  }
}
