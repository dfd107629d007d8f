package dev.runway.retraintrigger.state;

import dev.runway.retraintrigger.signal.LabelledWindow;
import dev.runway.retraintrigger.signal.Observation;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of a version of later windows than judgements have looked at, taken out of its file
 * while one is made that is to know nothing of it.
 *
 * @param observed by slot and end of window
 * @param labelled by end of window
 */
public record Further(
    SortedMap<String, TreeMap<Long, Observation>> observed,
    TreeMap<Long, LabelledWindow> labelled) {

  Further() {
    this(new TreeMap<>(), new TreeMap<>());
  }
}
