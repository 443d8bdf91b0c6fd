// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where a host listens, as a player types it: {@code HOST}, {@code HOST:PORT}, {@code [IPV6]} or {@code [IPV6]:PORT}.
 *
 * @param host name or IP address, IPv6 without brackets
 * @param port 1 to 65,535
 */
record HostAddress(String host, int port) {

    /** The port where none is named (protocol.md section 1). */
    static final int DEFAULT_PORT = 3000;

    private static final int PORT_MAX = 65_535;

    static final class Converter implements ITypeConverter<HostAddress> {

        @Override
        public HostAddress convert(String text) {
            return parse(text.strip());
        }
    }

    static HostAddress parse(String text) {
        if (text.startsWith("[")) {
            return parseBracketed(text);
        }
        int colon = text.indexOf(':');
        if (colon >= 0 && text.indexOf(':', colon + 1) >= 0) {
            throw new TypeConversionException("put an IPv6 address into brackets: [" + text + "]");
        }
        return colon < 0 ? of(text, DEFAULT_PORT) : of(text.substring(0, colon), port(text.substring(colon + 1)));
    }

    private static HostAddress parseBracketed(String text) {
        int end = text.indexOf(']');
        String rest = end < 0 ? "" : text.substring(end + 1);
        if (end < 0 || !(rest.isEmpty() || rest.startsWith(":"))) {
            throw new TypeConversionException("'" + text + "' is not [IPV6] or [IPV6]:PORT");
        }
        return of(text.substring(1, end), rest.isEmpty() ? DEFAULT_PORT : port(rest.substring(1)));
    }

    private static HostAddress of(String host, int port) {
        if (host.isBlank()) {
            throw new TypeConversionException("the host has no name");
        }
        return new HostAddress(host, port);
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= PORT_MAX) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw badPort(text);
        }
        throw badPort(text);
    }

    private static TypeConversionException badPort(String text) {
        return new TypeConversionException("'" + text + "' is not a port from 1 to " + PORT_MAX);
    }
}
