package dev.runway.flink.types;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** A mutable state value whose layout got a second field in version 2. */
final class Tally {
  long count;
  String note;

  Tally(long count, String note) {
    this.count = count;
    this.note = note;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally that && count == that.count && Objects.equals(note, that.note);
  }

  @Override
  public int hashCode() {
    return Objects.hash(count, note);
  }

  @Override
  public String toString() {
    return count + " " + note;
  }

  /** Acts as the release of version 1 or 2. */
  static final class Serializer extends VersionedSerializer<Tally> {
    static int newest = 2;

    @Override
    public int version() {
      return newest;
    }

    @Override
    protected void write(Tally tally, DataOutputView out) throws IOException {
      out.writeLong(tally.count);
      if (newest >= 2) {
        out.writeUTF(tally.note);
      }
    }

    @Override
    protected Tally read(int version, DataInputView in) throws IOException {
      return new Tally(in.readLong(), version >= 2 ? in.readUTF() : "before version 2");
    }
  }
}
