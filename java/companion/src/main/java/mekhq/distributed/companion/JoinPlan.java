// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.Optional;

import mekhq.distributed.HostTrust;
import picocli.CommandLine.ITypeConverter;

/**
 * Whom to join.
 *
 * @param target where the host is
 * @param trust  by what to trust it, where the target does not say
 */
record JoinPlan(Target target, HostTrust trust) {

    /**
     * Where a host is: one of the two.
     *
     * @param address    its address
     * @param invitation the line that its player gave
     */
    record Target(Optional<HostAddress> address, Optional<String> invitation) {

        private static final String SCHEME = "mekhq:";

        static final class Converter implements ITypeConverter<Target> {

            @Override
            public Target convert(String text) {
                String stripped = text.strip();
                return stripped.startsWith(SCHEME)
                        ? new Target(Optional.empty(), Optional.of(stripped))
                        : new Target(Optional.of(HostAddress.parse(stripped)), Optional.empty());
            }
        }

        /** Without the password that may be in it, so that it is in no log. */
        @Override
        public String toString() {
            return address.map(HostAddress::toString).orElse("an invitation");
        }
    }
}
