package dev.runway.control.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.security.Security;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  private final AddressGuard guard = new AddressGuard(false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "100.64.0.1",
        "100.127.255.255",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::"
      })
  void addressesOfOnesOwn_areNotPublic(String address) throws Exception {
    assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "100.63.0.1",
        "100.128.0.1",
        "172.32.0.1",
        "2606:4700::1111",
        "2001:db9::1"
      })
  void addressesOfTheWorld_arePublic(String address) throws Exception {
    assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://127.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "http://1.1.1.1/x",
        "https://no-such-host.invalid/x"
      })
  void requestsThere_areNotSent(String uri) {
    assertThatThrownBy(() -> guard.check(URI.create(uri))).isInstanceOf(NotSent.class);
  }

  @Test
  void names_areKeptForLongerThanARequestTakes() {
    String property = "networkaddress.cache.ttl";
    String before = Security.getProperty(property);
    try {
      Security.setProperty(property, "5");
      AddressGuard.keepNames(Duration.ofSeconds(60));
      assertThat(Security.getProperty(property)).isEqualTo("121");
      AddressGuard.keepNames(Duration.ofSeconds(10));
      assertThat(Security.getProperty(property)).as("never for less").isEqualTo("121");
      Security.setProperty(property, "-1");
      AddressGuard.keepNames(Duration.ofSeconds(10));
      assertThat(Security.getProperty(property)).isEqualTo("-1");
    } finally {
      Security.setProperty(property, before == null ? "30" : before);
    }
  }

  @Test
  void publicAddress_isAsked() throws Exception {
    guard.check(URI.create("https://1.1.1.1/x"));
    new AddressGuard(true).check(URI.create("http://127.0.0.1/x"));
  }
}
