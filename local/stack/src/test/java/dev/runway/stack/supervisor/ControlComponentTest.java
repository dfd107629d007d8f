package dev.runway.stack.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.runway.control.options.ControlOptions;
import dev.runway.control.options.ControlSettings;
import dev.runway.control.options.SchedulerSettings;
import dev.runway.control.options.Settings;
import dev.runway.control.scheduler.local.CommandTemplate;
import dev.runway.stack.Installation;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the stack writes for the control API is what the API reads. */
class ControlComponentTest {
  @TempDir Path home;

  private StackFolder folder;
  private ControlComponent component;

  @BeforeEach
  void install() throws Exception {
    // Blanks and a colon: both mean something in a file of properties.
    folder = new StackFolder(home.resolve("a stack: mine"));
    folder.create();
    Path target = home.resolve("control-api/target");
    Files.createDirectories(target.resolve("lib"));
    Files.writeString(target.resolve("runway-control-api-1.jar"), "");
    Path launcher = home.resolve("local/stack/target");
    Files.createDirectories(launcher.resolve("lib"));
    Files.writeString(launcher.resolve("runway-stack-1.jar"), "");
    component =
        new ControlComponent(
            new Installation(home),
            folder,
            new Ports(Map.of(Ports.CONTROL, 8484, Ports.POSTGRES, 5432, Ports.BROKER, 9092)));
  }

  private Path written() {
    return folder.conf().resolve("control.properties");
  }

  private Settings read() throws Exception {
    component.launch();
    return Settings.load(ControlSettings.ALL, written(), Map.of());
  }

  @Test
  void settingsOfTheStack_areThoseThatTheApiReads() throws Exception {
    Settings settings = read();

    assertThat(settings.get(ControlSettings.PORT)).isEqualTo(8484);
    assertThat(settings.get(ControlSettings.DEMO)).isTrue();
    assertThat(settings.find(ControlSettings.DEMO_TOKEN_FILE)).isEqualTo(folder.controlToken());
    assertThat(ControlOptions.of(settings).toString()).contains("5432", "9092");
  }

  @Test
  void training_isToldHowToAskTheApi() throws Exception {
    List<String> words = CommandTemplate.of(read().find(SchedulerSettings.LOCAL_COMMAND)).words();

    assertThat(words)
        .startsWith("sh", home.resolve("samples/retrain.sh").toString())
        .endsWith("dev.runway.stack.cli.RunwayCommand", "--folder", folder.root().toString());
    assertThat(words.get(words.indexOf("-cp") + 1))
        .startsWith(folder.jars().resolve("launcher-").toString())
        .endsWith("/*");
  }

  @Test
  void settingsOfTheUser_winAsTheyStandThere() throws Exception {
    Files.writeString(
        folder.controlSettings(),
        """
        # Mine.
        runway.control.scheduler = airflow
        runway.control.alerts.link: https://grafana.example.com/d/m?var-model={model_id}
        runway.control.local.command = python3 "train it.py" --names caf\u00e9
        """);

    Settings settings = read();

    assertThat(settings.effective())
        .contains(
            "runway.control.scheduler = airflow (file)",
            "runway.control.alerts.link = https://grafana.example.com/d/m?var-model={model_id}"
                + " (file)",
            "runway.control.local.command = python3 \"train it.py\" --names caf\u00e9 (file)",
            "runway.control.port = 8484 (file)");
  }

  @Test
  void misspeltSettingOfTheUser_isRefusedByTheApi_withItsName() throws Exception {
    Files.writeString(folder.controlSettings(), "runway.control.prot=1\n");

    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("runway.control.prot is no setting");
  }

  @Test
  void whatIsWritten_isForTheOwnerAlone_alsoWhereAnOlderFileWasForAll() throws Exception {
    Files.writeString(written(), "");
    Files.setPosixFilePermissions(written(), PosixFilePermissions.fromString("rw-r--r--"));

    component.launch();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(written())))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder.conf())) {
      assertThat(files).containsExactly(written());
    }
  }
}
