package dev.runway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.runway.demo.stage.Act;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where one is told to look, at the end of a demo. */
class PlacesTest {
  @Test
  void placesOfTwoActs_areToldOnce_pageAndPromptFirst() {
    Act.Ending first = ending(Map.of("sql", "sql of one", "flink", "f"));
    Act.Ending second =
        ending(Map.of("flink", "f", "sql", "sql of two", "page", "p", "another", "a"));

    assertThat(DemoCommand.places(List.of(first, second)))
        .containsExactly(
            "WHERE TO LOOK",
            "  page         p",
            "  sql          sql of one",
            "               sql of two",
            "  flink        f",
            "  another      a",
            "  when done    ./runway down");
  }

  private static Act.Ending ending(Map<String, String> places) {
    return new Act.Ending(true, List.of(), List.of(), places);
  }
}
