package dev.runway.demo.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.model.MalformedEvent;
import dev.runway.model.ModelDocument;
import dev.runway.model.ModelDocumentCodec;
import dev.runway.model.Outcome;
import dev.runway.model.OutcomeCodec;
import dev.runway.model.Prediction;
import dev.runway.model.PredictionCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/events.md are read by the strict codecs and belong together. */
class EventsPageTest {

  @Test
  void examples_areGoodEventsOfOneModel() throws Exception {
    ModelDocument model = ModelDocumentCodec.read(bytes(block("model")));
    Set<String> predicted = new HashSet<>();
    for (String line : lines("predictions")) {
      Prediction prediction = PredictionCodec.read(bytes(line));
      assertThat(prediction.modelId()).isEqualTo(model.modelId());
      assertThat(model.knows(prediction.modelVersion())).isTrue();
      predicted.add(prediction.predictionId());
    }
    for (String line : lines("outcomes")) {
      Outcome outcome = OutcomeCodec.read(bytes(line));
      assertThat(predicted).contains(outcome.predictionId());
    }
  }

  @Test
  void table_namesEveryFieldOfADocument() throws IOException, MalformedEvent {
    String page = page();
    String everything =
        new String(
            ModelDocumentCodec.write(ModelDocumentCodec.read(bytes(block("model")))),
            StandardCharsets.UTF_8);
    Matcher fields = Pattern.compile("\"([a-z_]+)\":").matcher(everything);
    List<String> missing = new ArrayList<>();
    while (fields.find()) {
      String field = fields.group(1);
      if (!page.contains("`" + field + "`")) {
        missing.add(field);
      }
    }
    assertThat(missing).isEmpty();
  }

  private static List<String> lines(String name) throws IOException {
    List<String> lines = block(name).lines().toList();
    assertThat(lines).isNotEmpty();
    return lines;
  }

  private static String block(String name) throws IOException {
    Matcher block =
        Pattern.compile("```json " + name + "\n(.*?)```", Pattern.DOTALL).matcher(page());
    assertThat(block.find()).as("a block of " + name).isTrue();
    return block.group(1);
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("../../docs/events.md"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
