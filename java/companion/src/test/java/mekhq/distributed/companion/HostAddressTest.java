// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

class HostAddressTest {

    @ParameterizedTest
    @CsvSource({"example.org, example.org, 3000", "example.org:4000, example.org, 4000", "192.0.2.1:1, 192.0.2.1, 1",
            "[2001:db8::1], 2001:db8::1, 3000", "[::1]:65535, ::1, 65535"})
    void whatPlayersType(String text, String host, int port) {
        assertThat(HostAddress.parse(text)).isEqualTo(new HostAddress(host, port));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":3000", "a:", "a:0", "a:65536", "a:-1", "a:x", "[]", "[::1", "[::1]x", "[::1]:",
            "[::1]:99999", "::1", "2001:db8::1:3000"})
    void whatIsNoAddress(String text) {
        assertThatThrownBy(() -> HostAddress.parse(text)).isInstanceOf(TypeConversionException.class);
    }
}
