package dev.runway.driftmonitor.estimate;

import dev.runway.driftmonitor.concept.MaturedWindow;
import dev.runway.driftmonitor.concept.MaturedWindowSerializer;
import dev.runway.driftmonitor.concept.Window;
import dev.runway.driftmonitor.concept.WindowSerializer;
import dev.runway.driftmonitor.estimate.MaturedHistory.Comparison;
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

  /** The versions that this layout holds; another one of them makes another one of this. */
  private static final MaturedWindowSerializer MATURED = new MaturedWindowSerializer();

  private static final WindowSerializer WINDOW = new WindowSerializer();

  @Override
  public int version() {
    return 1;
  }

  @Override
  protected void write(MaturedHistory value, DataOutputView out) throws IOException {
    out.writeInt(value.matured().size());
    for (MaturedWindow window : value.matured()) {
      MATURED.serialize(window, out);
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
    int matured = in.readInt();
    for (int i = 0; i < matured; i++) {
      history.add(MATURED.deserialize(in));
    }
    int comparisons = in.readInt();
    for (int i = 0; i < comparisons; i++) {
      Window window = WINDOW.deserialize(in);
      history.add(window, new Comparison(in.readLong(), in.readBoolean()));
    }
    return history;
  }
}
