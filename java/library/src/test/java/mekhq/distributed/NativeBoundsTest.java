// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every array of bytes that crosses into the library has a limit. */
class NativeBoundsTest {
    /** More than any entry takes. */
    private static final byte[] TOO_LARGE = new byte[4 * 1024 * 1024];

    private static final AssetsSink ASSETS = new AssetsBridge(Optional.empty());

    private HostSession host;

    @BeforeEach
    void start() {
        host = Campaigns.host("Bounds").start();
    }

    @AfterEach
    void close() {
        host.close();
    }

    @ParameterizedTest
    @MethodSource("arraysOfBytes")
    void whatIsTooLargeOrMissingIsRefusedByName(Method entry, int parameter) {
        assertThat(refused(entry, parameter, TOO_LARGE).code()).isEqualTo(ErrorCode.TOO_LARGE);
        assertThat(refused(entry, parameter, TOO_LARGE)).hasMessageMatching(".* has more than \\d+ bytes");
        assertThat(refused(entry, parameter, null).code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(refused(entry, parameter, null)).hasMessageEndingWith(" is null");
    }

    static Stream<Arguments> arraysOfBytes() {
        return Arrays.stream(Native.class.getDeclaredMethods())
                .filter(method -> Modifier.isNative(method.getModifiers()))
                .flatMap(method -> IntStream.range(0, method.getParameterCount())
                        .filter(at -> method.getParameterTypes()[at] == byte[].class)
                        .mapToObj(at -> Arguments.of(Named.of(method.getName(), method), at)));
    }

    private DistributedMekHQException refused(Method entry, int parameter, byte[] value) {
        Object[] arguments = new Object[entry.getParameterCount()];
        for (int at = 0; at < arguments.length; at++) {
            Class<?> type = entry.getParameterTypes()[at];
            if (type == long.class) {
                arguments[at] = host.core().id();
            } else if (type == int.class) {
                arguments[at] = 1;
            } else if (type == boolean.class) {
                arguments[at] = false;
            } else if (type == AssetsSink.class) {
                arguments[at] = ASSETS;
            } else {
                arguments[at] = at == parameter ? value : accepted(entry);
            }
        }
        InvocationTargetException thrown =
                catchThrowableOfType(InvocationTargetException.class, () -> entry.invoke(null, arguments));
        return (DistributedMekHQException) thrown.getCause();
    }

    /** For the other array of an entry that takes two. */
    private static byte[] accepted(Method entry) {
        String text = entry.getName().equals("loadCampaign") ? Events.CAMPAIGN.toString()
                : Campaigns.newDataFolder().toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
