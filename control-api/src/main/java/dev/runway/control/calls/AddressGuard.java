package dev.runway.control.calls;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;

/**
 * Keeps requests from addresses that only this machine or its network can reach: whoever may say
 * where a webhook goes must not look around there.
 *
 * <p>Every address of the name is looked at, before each request. The connection that follows asks
 * for the name again; it gets what was looked at only while the JVM keeps what a name means, so
 * that is set here, once, and longer than a connection may take to come: a server of names that
 * says something else the second time is not asked a second time. What is left is the moment
 * between the two in which a name that was kept for so long ends.
 */
public final class AddressGuard {
  private static final long USUAL_SECONDS = 30;
  private static final String KEPT = "networkaddress.cache.ttl";

  private final boolean privateToo;

  /**
   * Has the JVM keep what a name means for longer than any connection takes to come. The JVM reads
   * this with the first name that it looks up, so it is said before that.
   *
   * @param longest time-out of a request
   */
  public static void keepNames(Duration longest) {
    String said = Security.getProperty(KEPT);
    long seconds = 2 * longest.toSeconds() + 1;
    if (said != null && (said.equals("-1") || Long.parseLong(said.strip()) >= seconds)) {
      return; // Whoever set it up keeps them for longer.
    }
    Security.setProperty(KEPT, Long.toString(Math.max(seconds, USUAL_SECONDS)));
  }

  /**
   * @param privateToo whether such addresses, and http, are allowed
   */
  public AddressGuard(boolean privateToo) {
    this.privateToo = privateToo;
  }

  /**
   * Looks at where a request would go.
   *
   * @throws NotSent if it must not go there, or if nobody knows where it is
   */
  void check(URI uri) throws NotSent {
    if (privateToo) {
      return;
    }
    if (!"https".equals(uri.getScheme())) {
      throw new NotSent(uri.getHost() + " is not asked by " + uri.getScheme() + ": https is due");
    }
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        if (!isPublic(address)) {
          throw new NotSent(
              "%s is at %s, which is no public address"
                  .formatted(uri.getHost(), address.getHostAddress()));
        }
      }
    } catch (UnknownHostException e) {
      throw new NotSent(uri.getHost() + " has no address", e);
    }
  }

  /** Whether the whole world could ask there as well. */
  static boolean isPublic(InetAddress address) {
    if (address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        ? isPublicV4(bytes[0] & 0xff, bytes[1] & 0xff, bytes[2] & 0xff)
        : isPublicV6(bytes);
  }

  private static boolean isPublicV4(int a, int b, int c) {
    boolean carrier = a == 100 && b >= 64 && b < 128;
    boolean protocols = a == 192 && b == 0 && (c == 0 || c == 2);
    boolean tests =
        (a == 198 && (b == 18 || b == 19 || (b == 51 && c == 100)))
            || (a == 203 && b == 0 && c == 113);
    return a != 0 && a < 240 && !carrier && !protocols && !tests;
  }

  /** Only what is given out (2000::/3), and no address of IPv4 in disguise: 6to4 and Teredo. */
  private static boolean isPublicV6(byte[] bytes) {
    int first = (bytes[0] & 0xff) << 8 | (bytes[1] & 0xff);
    int second = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    boolean disguised = first == 0x2002 || (first == 0x2001 && second == 0);
    return (first & 0xe000) == 0x2000 && !disguised;
  }
}
