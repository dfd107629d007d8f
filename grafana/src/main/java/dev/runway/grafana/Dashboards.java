package dev.runway.grafana;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All dashboards, as the files that Grafana loads. */
public final class Dashboards {
  private Dashboards() {}

  /** Text by name of the file. */
  public static Map<String, String> files() {
    Map<String, String> files = new LinkedHashMap<>();
    for (Board board :
        List.of(
            FleetBoard.make(),
            ModelBoard.make(),
            RetrainsBoard.make(),
            EmbeddingsBoard.make(),
            DataQualityBoard.make(),
            OperationsBoard.make())) {
      files.put(board.uid() + ".json", board.text());
    }
    return files;
  }

  /** Writes them, in place of those that are there. */
  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files().entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }
}
