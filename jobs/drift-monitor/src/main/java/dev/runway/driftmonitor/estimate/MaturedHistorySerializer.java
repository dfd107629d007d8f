package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.MaturedWindowSerializer;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.driftmonitor.concept.WindowSerializer;
import dev.runway.driftmonitor.estimate.MaturedHistory.Comparison;
import dev.runway.driftmonitor.estimate.MaturedHistory.Known;
import dev.runway.flink.types.VersionedSerializer;
import dev.runway.flink.types.VersionedTypeInfo;
import java.io.IOException;
import java.util.Map;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Layout of {@link MaturedHistory} in state. */
final class MaturedHistorySerializer extends VersionedSerializer<MaturedHistory> {
  static final VersionedTypeInfo<MaturedHistory> TYPE =
      VersionedTypeInfo.of(MaturedHistory.class, new MaturedHistorySerializer());

  /**
   * Held the labels themselves, which are states of their own now. They are left out: those of the
   * next window come within its length.
   */
  private static final int WITH_LABELS = 1;

  /** The versions that this layout holds; another one of them makes another one of this. */
  private static final MaturedWindowSerializer MATURED = new MaturedWindowSerializer();

  private static final WindowSerializer WINDOW = new WindowSerializer();

  @Override
  public int version() {
    return 2;
  }

  @Override
  protected void write(MaturedHistory value, DataOutputView out) throws IOException {
    out.writeInt(value.known().size());
    for (Map.Entry<Window, Known> each : value.known().entrySet()) {
      WINDOW.serialize(each.getKey(), out);
      out.writeLong(each.getValue().knownAtMillis());
      out.writeBoolean(each.getValue().calibrate());
    }
    out.writeInt(value.comparisons().size());
    for (Map.Entry<Window, Comparison> each : value.comparisons().entrySet()) {
      WINDOW.serialize(each.getKey(), out);
      out.writeLong(each.getValue().knownAtMillis());
      out.writeBoolean(each.getValue().agrees());
    }
  }

  @Override
  protected MaturedHistory read(int version, DataInputView in) throws IOException {
    MaturedHistory history = new MaturedHistory();
    int known = in.readInt();
    for (int i = 0; i < known; i++) {
      if (version == WITH_LABELS) {
        MATURED.deserialize(in);
      } else {
        history.add(WINDOW.deserialize(in), new Known(in.readLong(), in.readBoolean()));
      }
    }
    int comparisons = in.readInt();
    for (int i = 0; i < comparisons; i++) {
      Window window = WINDOW.deserialize(in);
      history.add(window, new Comparison(in.readLong(), in.readBoolean()));
    }
    return history;
  }
}
