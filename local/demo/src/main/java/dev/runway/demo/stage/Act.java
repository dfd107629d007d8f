package dev.runway.demo.stage;

import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of the demo. It is made ready while the one before it plays. */
public interface Act {
  /** What is done to make it ready, in a line. */
  String preparation();

  /** Makes it ready. Prints nothing: the screen may be another act's. */
  void open() throws IOException, InterruptedException;

  /** Plays what has been opened, shows how it goes, and ends all of it but what is looked at. */
  Ending play() throws IOException, InterruptedException;

  /** Ends whatever runs of it, however far it has come; fine when nothing does. */
  void stop() throws IOException, InterruptedException;

  /**
   * What came of an act.
   *
   * @param well whether all of it went as it must
   * @param inShort its part of a summary of several acts
   * @param inFull the summary of this act alone
   * @param places where to look further, by name
   */
  record Ending(
      boolean well, List<String> inShort, List<String> inFull, Map<String, String> places) {
    public Ending {
      inShort = List.copyOf(inShort);
      inFull = List.copyOf(inFull);
      places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    }
  }
}
