package holdfast.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "nobody", textBlock = """
            # trusted                 | peer            | X-Forwarded-For             | origin
                                      | 203.0.113.9     | ''                          | 203.0.113.9
                                      | 203.0.113.9     | 198.51.100.1                | 203.0.113.9
                                      | 10.1.2.3        | 198.51.100.1                | nobody
                                      | 127.0.0.1       | ''                          | nobody
            10.0.0.0/8                | 10.1.2.3        | 198.51.100.1                | 198.51.100.1
            10.0.0.0/8                | 10.1.2.3        | 192.0.2.7, 198.51.100.1     | 198.51.100.1
            10.0.0.0/8,198.51.100.0/30| 10.1.2.3        | 192.0.2.7, 198.51.100.1     | 192.0.2.7
            10.0.0.0/8,198.51.100.0/30| 10.1.2.3        | 192.0.2.7, 198.51.100.4     | 198.51.100.4
            10.0.0.0/8                | 11.1.2.3        | 198.51.100.1                | 11.1.2.3
            10.0.0.0/8                | 10.1.2.3        | unknown                     | nobody
            10.0.0.0/8                | 10.1.2.3        | localhost                   | nobody
            10.0.0.0/8                | 10.1.2.3        | ''                          | nobody
            ::1                       | ::1             | 198.51.100.1                | 198.51.100.1
            127.0.0.1/9               | 127.127.0.1     | 198.51.100.1                | 198.51.100.1
            """)
    void the_last_who_is_not_trusted_is_where_it_comes_from(
            @Nullable String trusted, String peer, String forwardedFor, @Nullable String origin) {
        assertThat(TrustedProxies.parse(trusted == null ? "" : trusted)
                        .origin(InetAddress.ofLiteral(peer), List.of(forwardedFor)))
                .isEqualTo(origin);
    }

    @Test
    void a_household_with_ipv6_is_one_origin() {
        var proxies = TrustedProxies.parse("");
        assertThat(proxies.origin(InetAddress.ofLiteral("2001:db8:1:2::1"), List.of()))
                .isEqualTo(proxies.origin(InetAddress.ofLiteral("2001:db8:1:2:3:4:5:6"), List.of()))
                .isNotEqualTo(proxies.origin(InetAddress.ofLiteral("2001:db8:1:3::1"), List.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0", "::1/129", "300.1.1.1"})
    void what_is_no_block_of_addresses_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> TrustedProxies.parse(text));
    }
}
