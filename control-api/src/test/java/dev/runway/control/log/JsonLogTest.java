package dev.runway.control.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonLogTest {
  @Test
  void messageThatWouldBeALineOfItsOwn_staysInItsLine() throws Exception {
    LogRecord record =
        new LogRecord(Level.WARNING, "a\r\n{\"level\":\"INFO\"}\u001b[31m\u009b\u2028\ud800");
    record.setLoggerName("x");
    record.setThrown(new IllegalStateException("b\nc"));

    String line = new JsonLog().format(record);

    assertThat(line).endsWith("\n").hasLineCount(1);
    assertThat(line.strip().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.path("level").asText()).isEqualTo("WARNING");
    assertThat(json.path("message").asText()).startsWith("a\r\n{").endsWith("[31m???");
    assertThat(json.path("error").asText()).contains("b\nc");
    assertThat(json.path("stack").size()).isPositive();
  }
}
