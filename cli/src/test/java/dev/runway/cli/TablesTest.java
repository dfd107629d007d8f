package dev.runway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class TablesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final StringWriter text = new StringWriter();
  private final Tables tables = new Tables(new PrintWriter(text, true));

  @Test
  void list_linesUpItsColumns() throws Exception {
    list("[{'id':'a','n':1.23456789,'tags':['x','y']},{'id':'long','n':1e-20}]", "id", "n", "tags");

    assertThat(text.toString().lines())
        .containsExactly("id    n        tags", "a     1.23457  x, y", "long  1E-20");
  }

  @Test
  void list_withoutColumns_showsWhatHoldsOneValue() throws Exception {
    list("[{'id':'a','more':{'b':1}},{'id':'b','seen':true}]");

    assertThat(text.toString().lines()).containsExactly("id  seen", "a", "b   true");
  }

  @Test
  void list_ofNothing_saysSo() throws Exception {
    list("[]", "id");

    assertThat(text.toString()).isEqualTo("none" + System.lineSeparator());
  }

  @Test
  void one_showsItsListsAsTables() throws Exception {
    tables.one(
        read("{'id':'a','none':[],'rows':[{'x':1,'y':2}],'words':['p','q']}"),
        Map.of("rows", List.of("y"), "none", List.of("z")));

    assertThat(text.toString().lines())
        .containsExactly("id     a", "words  p, q", "", "none", "none", "", "rows", "y", "2");
  }

  @Test
  void whatOthersWrote_cannotObeyTheTerminal() throws Exception {
    list("[{'id':'\\u001b[31mred\\u0007\\nnext','long':'" + "x".repeat(200) + "'}]");

    assertThat(text.toString()).doesNotContain("\u001b", "\u0007").contains("?[31mred? next");
    assertThat(text.toString().lines().toList().get(1).length()).isLessThan(90);
  }

  private void list(String json, String... columns) throws Exception {
    tables.list(StreamSupport.stream(read(json).spliterator(), false).toList(), List.of(columns));
  }

  private static JsonNode read(String json) throws Exception {
    return JSON.readTree(json.replace('\'', '"'));
  }
}
