package dev.runway.profile.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 as characters, without the mark at its beginning. What is no UTF-8 is refused with its
 * line: replaced without a word, "München" from a file in Latin-1 would be a word that no live
 * value is.
 */
final class Utf8Reader extends Reader {
  private static final int BUFFER = 64 * 1024;
  private static final char MARK = '\uFEFF';

  private final InputStream in;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
  private boolean ended;
  private boolean started;
  private boolean damaged;
  private long line = 1;

  Utf8Reader(InputStream in) {
    this.in = in;
  }

  @Override
  public int read(char[] to, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!chars.hasRemaining()) {
      if (!decode()) {
        return -1;
      }
    }
    int read = Math.min(length, chars.remaining());
    chars.get(to, from, read);
    for (int i = from; i < from + read; i++) {
      line += to[i] == '\n' ? 1 : 0;
    }
    return read;
  }

  /** Decodes some more; what stands before damage is handed on before that is told. */
  private boolean decode() throws IOException {
    if (damaged) {
      throw new IOException("line %d is no UTF-8: save the file in that encoding".formatted(line));
    }
    if (ended) {
      return false;
    }
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = read < 0;
    bytes.position(bytes.position() + Math.max(0, read)).flip();
    chars.clear();
    CoderResult result = decoder.decode(bytes, chars, ended);
    damaged = result.isError();
    chars.flip();
    if (!started && chars.hasRemaining()) {
      started = true;
      if (chars.get(0) == MARK) {
        chars.get();
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
