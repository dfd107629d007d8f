package dev.runway.stack.supervisor;

import dev.runway.stack.JsonFile;
import dev.runway.stack.Ports;
import dev.runway.stack.StackFolder;
import dev.runway.stack.process.PidFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Finds free loopback ports and remembers them, so that addresses people noted down stay true over
 * restarts.
 */
public final class PortChooser {

  /** Below the range from which the kernel takes ports for outgoing connections. */
  private static final int FIRST = 20_000;

  private static final int LAST = 31_999;
  private static final int BLOCK = 20;

  private final Path memory;
  private final IntPredicate free;
  private final Predicate<String> ours;

  public PortChooser(StackFolder folder) {
    this(
        folder,
        PortChooser::isFree,
        component -> new PidFile(folder.run(), component).living().isPresent());
  }

  /**
   * The same with another view of the machine.
   *
   * @param ours whether a component of this stack lives
   */
  PortChooser(StackFolder folder, IntPredicate free, Predicate<String> ours) {
    this.memory = folder.data().resolve("ports.json");
    this.free = free;
    this.ours = ours;
  }

  /**
   * The remembered ports where they are still free, others above them; with a base, {@code base},
   * {@code base + 1} and so on, skipping what is taken.
   *
   * @throws IllegalStateException when no port is free in the whole range
   */
  public Ports choose(OptionalInt base) throws IOException {
    Map<String, Integer> remembered = base.isPresent() ? Map.of() : remembered();
    Map<String, Integer> chosen = new HashMap<>();
    Set<Integer> taken = new HashSet<>();
    int next = base.orElseGet(this::usualBase);
    for (String name : Ports.NAMES) {
      Integer before = remembered.get(name);
      int port = before != null && keeps(name, before, taken) ? before : nextUsable(next, taken);
      taken.add(port);
      chosen.put(name, port);
      if (before == null || port != before) {
        next = port + 1;
      }
    }
    Ports ports = new Ports(chosen);
    JsonFile.write(memory, ports);
    return ports;
  }

  /** A port that the living process of an earlier supervisor holds is taken by ourselves. */
  private boolean keeps(String name, int port, Set<Integer> taken) {
    return !taken.contains(port) && (free.test(port) || ours.test(Ports.owner(name)));
  }

  private Map<String, Integer> remembered() {
    Optional<Ports> ports = JsonFile.read(memory, Ports.class);
    return ports.map(Ports::byName).orElse(Map.of());
  }

  /** Two checkouts on one machine start their search in different places. */
  private int usualBase() {
    int blocks = (LAST - FIRST + 1) / BLOCK;
    return FIRST + Math.floorMod(memory.toString().hashCode(), blocks) * BLOCK;
  }

  private int nextUsable(int from, Set<Integer> taken) {
    for (int port = from; port <= 65_535; port++) {
      if (isUsable(port, taken)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no free port from " + from + " on: choose another --port-base");
  }

  private boolean isUsable(int port, Set<Integer> taken) {
    return !taken.contains(port) && free.test(port);
  }

  private static boolean isFree(int port) {
    // Both addresses: a server on all interfaces leaves loopback bindable on some kernels.
    return canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        && canBind(new InetSocketAddress(port));
  }

  private static boolean canBind(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address, 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
