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
  void verdictsOfEmbeddings_areToldInWords() throws Exception {
    String verdict =
        "{'usage':'%s','compatibility':'ROTATED','version_before':'v5','version_after':'v6','space_id':'titles',"
            + "'as_of':'2026-11-26T12:00:00Z','up_to_date':%s,'current_document':%s}";
    list(
        "[{'embeddings':[%s,%s],'embedding':%s}]"
            .formatted(
                verdict.formatted("COORDINATES", true, true),
                verdict.formatted("SIMILARITY", false, false),
                verdict.formatted("SIMILARITY", true, false)),
        "embeddings",
        "embedding");

    String rotated = "ROTATED: v5 to v6 of titles";
    String at = ", as of 2026-11-26T12:00:00Z";
    assertThat(text.toString().lines().toList().get(1))
        .isEqualTo(
            "COORDINATES "
                + rotated
                + at
                + ", SIMILARITY "
                + rotated
                + ", out of date, by an older document"
                + at
                + "  SIMILARITY "
                + rotated
                + ", by an older document"
                + at);
  }

  @Test
  void namesHashesAndWordsThatDecide_areNeverCut() throws Exception {
    String hash = "0123456789abcdef".repeat(4);
    String words = "It is stale because of many things. ".repeat(5).strip();
    list(
        "[{'command_id':'"
            + hash
            + "','evidence_hash':'"
            + hash
            + "','explanation':'"
            + words
            + "','reason':'"
            + words
            + "'}]");

    String line = text.toString().lines().toList().get(1);
    assertThat(line).startsWith(hash + "  " + hash + "  " + words + "  It is stale").endsWith("…");
  }

  @Test
  void one_isCutNowhere_andShowsThingsWithinItFieldByField() throws Exception {
    String words = "x".repeat(100);
    tables.one(
        read("{'reason':'" + words + "','evidence':{'psi':0.4,'of':{'age':['a','b']}},'none':{}}"),
        Map.of());

    assertThat(text.toString().lines())
        .containsExactly(
            "reason           " + words,
            "evidence.psi     0.4",
            "evidence.of.age  a, b",
            "none             {}");
  }

  @Test
  void signals_areALineEach_withTheirThresholdsAndLinks() throws Exception {
    JsonNode health =
        read(
            "{'model_id':'m','staleness':[{'model_version':'1','parts':{'DATA_DRIFT':{'severity':0.8,"
                + "'metric':'psi','value':0.31,'warn':0.2,'critical':0.4,'window_end':1},"
                + "'AGE':{'severity':0.6,'value':1.2}},'evidence':{'DATA_DRIFT':'/v1/models/m/drift"
                + "?version=1&from=2026-11-25T12:00:00Z&to=2026-11-26T12:00:00Z'}}],'decisions':[]}");
    tables.one(
        Signals.beside(health),
        Map.of("staleness", List.of("model_version"), "signals", List.of(Signals.COLUMNS)));

    List<String> lines = text.toString().lines().toList();
    int at = lines.indexOf("signals");
    assertThat(lines.get(at + 1).split(" +")).containsExactly(Signals.COLUMNS);
    assertThat(lines.get(at + 2).split(" +"))
        .containsExactly(
            "1",
            "DATA_DRIFT",
            "0.8",
            "psi",
            "0.31",
            "0.2",
            "0.4",
            "/v1/models/m/drift?version=1&from=2026-11-25T12:00:00Z&to=2026-11-26T12:00:00Z");
    assertThat(lines.get(at + 3)).matches("1 +AGE +0\\.6 +1\\.2");
    assertThat(Signals.beside(read("{'staleness':[]}")).path("signals")).isEmpty();
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
