package dev.runway.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.runway.flink.CommonOptions;
import dev.runway.flink.EventSource.StartAt;
import dev.runway.flink.OptionContract;
import dev.runway.flink.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultTablesOptionsTest {
  private static final Path DOCUMENT = Path.of("../../docs/configuration/result-tables.md");

  static final String[] MINIMAL = {
    "--runway.kafka.bootstrap-servers=127.0.0.1:9",
    "--runway.postgres.url=jdbc:postgresql://127.0.0.1:9/runway"
  };

  @Test
  void options_keepTheContractOfOptions() {
    OptionContract.require(CommonOptions.class, ResultTablesOptions.class);
  }

  @Test
  void document_isThatOfTheOptions() throws IOException {
    String expected =
        "# Options of result-tables\n\n"
            + "Given as `--name value`, or in a properties file with `--config FILE`.\n\n"
            + Options.describe(CommonOptions.class, ResultTablesOptions.class);
    if (Boolean.getBoolean("runway.docs.write")) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, expected);
    }
    assertThat(Files.exists(DOCUMENT) ? Files.readString(DOCUMENT) : "")
        .as(
            "docs/configuration/result-tables.md; write it anew with ./mvnw -pl"
                + " jobs/result-tables -am test -Dtest=ResultTablesOptionsTest"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Drunway.docs.write=true")
        .isEqualTo(expected);
  }

  @Test
  void minimalArguments_giveTheDocumentedDefaults() {
    Options options = ResultTablesOptions.from(MINIMAL);
    WriteSettings writing = ResultTablesOptions.writing(options);

    assertThat(options.get(CommonOptions.GROUP)).isEqualTo("runway-result-tables");
    assertThat(ResultTablesOptions.startAt(options)).isEqualTo(StartAt.EARLIEST);
    assertThat(writing.access().user()).isEqualTo("runway_writer");
    assertThat(writing.access().schema()).isEqualTo("runway");
    assertThat(writing.access().passwordFile()).isNull();
    assertThat(writing.outageWait()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void addressIsMissing_isReportedWithWhatItIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResultTablesOptions.from(new String[] {}))
        .withMessageContaining("--runway.postgres.url is missing")
        .withMessageContaining("--runway.kafka.bootstrap-servers is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "runway.postgres.url | postgresql://h/d | must begin with jdbc:postgresql:",
        "runway.postgres.url | jdbc:postgresql://h/d?password=x | password-file",
        "runway.postgres.url | jdbc:postgresql://h/d?ssl=true&user=x | runway.postgres.user",
        "runway.postgres.url | jdbc:postgresql://h/d?preferQueryMode=simple | preferQueryMode",
        "runway.postgres.url | jdbc:postgresql://h/d?ssl=true&socketTimeout=0 | time-outs",
        "runway.postgres.url | jdbc:postgresql://h/d?socketFactory=x | socketFactory",
        "runway.postgres.schema | Runway; DROP | lower-case letters",
        "runway.postgres.socket-timeout | PT0S | must be from 100 ms",
        "runway.postgres.connect-timeout | PT2M | TaskManager",
        "runway.postgres.statement-timeout | PT10S | must be less than",
        "runway.tables.batch-rows | 0 | must be from 1",
        "runway.tables.batch-bytes | 4096 | must be from 65536",
        "runway.tables.flush-interval | PT2M | must be from 10 ms",
        "runway.tables.outage-wait | PT9M | checkpoint",
        "runway.tables.start-at | latest | earliest or committed",
      })
  void valueOutsideItsRule_isRefusedWithTheRemedy(String name, String value, String remedy) {
    List<String> args = new ArrayList<>(List.of(MINIMAL));
    args.removeIf(arg -> arg.startsWith("--" + name + "="));
    args.add("--" + name + "=" + value);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ResultTablesOptions.from(args.toArray(String[]::new)))
        .withMessageContaining(name)
        .withMessageContaining(remedy);
  }
}
