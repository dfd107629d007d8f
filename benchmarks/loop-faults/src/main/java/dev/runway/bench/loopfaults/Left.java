package dev.runway.bench.loopfaults;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a day has left behind.
 *
 * @param starts ids of commands, one for each time that a training was started
 * @param commands ids of commands that were sent
 * @param ended how each of them ended
 * @param rows of tables and ledger
 * @param dead dead letters, in words
 * @param deaths what was killed
 * @param took from the first tick until nothing changed any more
 */
record Left(
    List<String> starts,
    Set<String> commands,
    Map<String, String> ended,
    Map<String, List<String>> rows,
    List<String> dead,
    List<War.Death> deaths,
    Duration took) {

  int rows(String table) {
    return rows.getOrDefault(table, List.of()).size();
  }
}
