package dev.runway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.runway.model.Topic;
import dev.runway.testkit.KafkaBroker;
import dev.runway.testkit.PostgresDatabase;
import dev.runway.testkit.Waits;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On a real broker and a real database, as a platform team calls it. */
class PrepareITCase {
  private static final int TOPICS = Topic.values().length;

  @RegisterExtension static final KafkaBroker KAFKA = new KafkaBroker();
  @RegisterExtension static final PostgresDatabase POSTGRES = new PostgresDatabase();

  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Prepare.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  private int topics(String namespace) {
    return run(
        "topics",
        "--bootstrap-servers=" + KAFKA.bootstrapServers(),
        "--namespace=" + namespace,
        "--partitions=6",
        "--replicas=1");
  }

  @Test
  void topics_areMadeOnce() {
    assertThat(topics("made")).isZero();
    assertThat(topics("made")).isZero();

    assertThat(out.toString().lines())
        .containsExactly(
            TOPICS + " of " + TOPICS + " topics created", "0 of " + TOPICS + " topics created");
  }

  @Test
  void topicsThatDiffer_areNamedAndLeftAlone() throws Exception {
    topics("other");
    try (Admin admin = KAFKA.admin()) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, "other.predictions"),
                  List.of(
                      new AlterConfigOp(
                          new ConfigEntry("message.timestamp.type", "CreateTime"),
                          AlterConfigOp.OpType.SET))))
          .all()
          .get();
      admin
          .createPartitions(
              Map.of(
                  "other.outcomes", NewPartitions.increaseTo(8),
                  "other.ticks", NewPartitions.increaseTo(2)))
          .all()
          .get();
    }

    // What the controller has taken reaches the broker a moment later.
    Topics topics = new Topics(KAFKA.bootstrapServers());
    await().atMost(Waits.LONG).until(() -> topics.differences("other").size() == 3);
    assertThat(topics("other")).isEqualTo(1);

    assertThat(out.toString().lines().skip(1))
        .containsExactly(
            "0 of " + TOPICS + " topics created",
            "other.predictions: message.timestamp.type is CreateTime, should be LogAppendTime",
            "other.outcomes: has 8 partitions, predictions have 6",
            "other.ticks: has 2 partitions, must have 1: the order of all counts");
  }

  @Test
  void tables_areMadeWithTheRolesPasswords() throws Exception {
    for (String role : List.of("runway_owner", "runway_writer", "runway_reader", "runway_api")) {
      Files.writeString(folder.resolve(role), POSTGRES.password(role) + "\n");
    }
    Path admin = Files.writeString(folder.resolve("admin"), POSTGRES.password("postgres") + "\n");

    for (int i = 0; i < 2; i++) {
      assertThat(
              run(
                  "tables",
                  "--url=" + POSTGRES.jdbcUrl(),
                  "--admin-password-file=" + admin,
                  "--passwords=" + folder,
                  "--schema=second"))
          .isZero();
    }

    List<String> lines = out.toString().lines().toList();
    assertThat(lines.get(0)).matches("[1-9][0-9]+ migrations applied to schema second");
    assertThat(lines.get(1)).isEqualTo("0 migrations applied to schema second");
  }

  @Test
  void whatGoesWrong_isSaidInALine() throws Exception {
    Path wrong = Files.writeString(folder.resolve("admin"), "wrong");
    Files.writeString(folder.resolve("runway_owner"), "");

    assertThat(
            run(
                "tables",
                "--url=" + POSTGRES.jdbcUrl(),
                "--admin-password-file=" + wrong,
                "--passwords=" + folder))
        .isEqualTo(1);
    assertThat(run("topics", "--bootstrap-servers=x:1", "--replicas=0")).isEqualTo(2);
    assertThat(run("topics")).isEqualTo(2);

    assertThat(err.toString().lines().findFirst())
        .contains("prepare: " + folder.resolve("runway_owner") + " is empty");
  }
}
