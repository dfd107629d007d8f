package dev.runway.stack.supervisor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Asks a broker for its API versions, the first request of every client. A client library would
 * start threads and buffers for a question that is asked every two seconds.
 */
final class KafkaPing {

  private static final int LIMIT_MILLIS = 5000;
  private static final short API_VERSIONS = 18;
  private static final short VERSION = 0;
  private static final short NO_CLIENT_ID = -1;
  private static final int CORRELATION = 7;
  private static final int REQUEST_BYTES = 10;

  private KafkaPing() {}

  static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      out.writeInt(REQUEST_BYTES);
      out.writeShort(API_VERSIONS);
      out.writeShort(VERSION);
      out.writeInt(CORRELATION);
      out.writeShort(NO_CLIENT_ID);
      out.flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      boolean whole = in.readInt() >= REQUEST_BYTES;
      return whole && in.readInt() == CORRELATION && in.readShort() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
