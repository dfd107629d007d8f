package dev.runway.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The control API of {@code ./runway up}, with the stack's own jobs. */
@Order(2)
@ExtendWith(WithStack.class)
@ResourceLock(value = WithStack.PEACE, mode = ResourceAccessMode.READ)
class ControlITCase {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String SECTION = "## A first model";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
  private static final Pattern COLUMN = Pattern.compile("\\S+");

  /** What the README tells a new user to do with a first model, command by command as it stands. */
  @Test
  void readme_leadsFromTheRegistrationToTheEndOfARetrain(TestStack stack) throws Exception {
    Runway runway = stack.runway();
    List<String> lines = commands();
    assertThat(lines).hasSizeGreaterThan(10);
    Map<String, String> waiting = Map.of();
    Map<String, String> said = new LinkedHashMap<>();
    for (String line : lines) {
      String[] words = words(line, waiting);
      if (line.startsWith("retrains get")) {
        said.put(line, untilItSays(runway, words, Pattern.compile("SUCCEEDED")));
      } else if (line.startsWith("health")) {
        // Its labels, and how good it was by them.
        said.put(line, untilItSays(runway, words, Pattern.compile("(?s)data_until.* auc ")));
      } else if (!line.equals("up")) {
        said.put(line, runway.runWell(PATIENCE, words));
      }
      if (line.equals("retrains waiting")) {
        waiting = firstLine(said.get(line));
      }
    }

    assertThat(said.get("impact node data_source:profiles")).contains("model:homepage-ranker");
    assertThat(said.get("impact homepage-ranker")).contains("data_source:profiles");
    Matcher trained =
        Pattern.compile("new_version +(2\\.1\\.0-\\d+)")
            .matcher(said.get("retrains get homepage-ranker COMMAND"));
    assertThat(trained.find()).as(said.toString()).isTrue();
    assertThat(said.get("versions homepage-ranker")).contains("LIVE", trained.group(1));
    assertThat(said.get("audit --model homepage-ranker"))
        .contains("model.create", "retrain.succeeded");
  }

  private static String untilItSays(Runway runway, String[] words, Pattern what) {
    return await()
        .atMost(PATIENCE)
        .until(() -> runway.run(PATIENCE, words).output(), what.asPredicate());
  }

  @Test
  void model_isKnownToEveryJobThatTakesPredictions(TestStack stack) throws Exception {
    int models = 20;
    // It throws when one does not become known, or when a job refuses one after it was.
    long[] millis = new Registrations(stack).measure(models);
    System.out.printf(
        "from the POST of a model until every job takes it, %d models: p50 %d ms, p99 %d ms, max %d"
            + " ms%n",
        models, millis[models / 2], millis[models * 99 / 100], millis[models - 1]);
  }

  /** Lines of the section that begin with ./runway, without that and what stands behind them. */
  private static List<String> commands() throws Exception {
    String readme = Files.readString(HOME.resolve("README.md"));
    int begin = readme.indexOf(SECTION);
    assertThat(begin).as(SECTION).isPositive();
    int end = readme.indexOf("\n## ", begin + 1);
    return readme
        .substring(begin, end)
        .lines()
        .filter(line -> line.startsWith("    ./runway "))
        .map(line -> line.replaceFirst("^ *\\./runway ", "").replaceFirst(" +# .*$", "").strip())
        .toList();
  }

  /** The first line of a printed table by its columns, as a person reads it off. */
  private static Map<String, String> firstLine(String table) {
    List<String> lines = table.lines().toList();
    String head = lines.get(0);
    Map<String, String> cells = new HashMap<>();
    Matcher column = COLUMN.matcher(head);
    while (column.find()) {
      String rest = lines.get(1).substring(Math.min(column.start(), lines.get(1).length()));
      cells.put(column.group(), rest.split("  ", 2)[0].strip());
    }
    return cells;
  }

  /** Quotes hold a word together, and words in capitals stand for what the user has seen. */
  private static String[] words(String line, Map<String, String> waiting) {
    List<String> words = new ArrayList<>();
    Matcher found = WORD.matcher(line);
    while (found.find()) {
      String word = found.group(1) != null ? found.group(1) : found.group(2);
      words.add(
          word.replace("COMMAND", waiting.getOrDefault("command_id", "COMMAND"))
              .replace("HASH", waiting.getOrDefault("evidence_hash", "HASH"))
              .replaceFirst("^samples/", HOME + "/samples/"));
    }
    return words.toArray(String[]::new);
  }
}
