// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion;

import java.util.concurrent.Callable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code companion join}: this campaign becomes a remote campaign. */
@Command(name = "join", description = "Join a session with the campaign in SAVE.", mixinStandardHelpOptions = true,
        versionProvider = Companion.Version.class)
final class JoinCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    @Mixin
    private SessionOptions options;

    @Parameters(index = "1", paramLabel = "INVITATION|HOST[:PORT]", converter = JoinPlan.Target.Converter.class,
            description = "The invitation that the host's player gave, in quotes, or @FILE with the invitation in "
                    + "FILE, where other users of this computer do not see it; or where the host listens, IPv6 "
                    + "addresses in brackets, port " + HostAddress.DEFAULT_PORT + " if none is named.")
    private JoinPlan.Target target;

    @ArgGroup
    private TrustOptions trust = new TrustOptions();

    @Option(names = "--stay", description = "Wait for the host to come back when it has closed the session.")
    private boolean stay;

    JoinCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CompanionException {
        SessionPlan plan = options.plan(surroundings);
        return surroundings.shell(plan, stay).run((executor, events) ->
                surroundings.sessions().join(plan, new JoinPlan(target, trust.trust()), executor, events));
    }
}
