// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.ArrayList;
import java.util.List;

import mekhq.distributed.force.ForceVisibility;

/**
 * A host and remote campaigns in this virtual machine, each with a recorder; closing it closes them all. Everyone sees
 * everyone's TOE.
 */
final class Play implements AutoCloseable {
    final Recorder hostRecorder = new Recorder();
    final HostSession host;
    private final List<Session> remotes = new ArrayList<>();

    Play() {
        this(Campaigns.host("Host").forceVisibility(ForceVisibility.EVERYONE));
    }

    Play(HostSession.Builder builder) {
        host = hostRecorder.on(builder).start();
    }

    RemoteSession join(String name, Recorder recorder) {
        return join(recorder.on(Campaigns.remote(name, host.port())));
    }

    RemoteSession join(RemoteSession.Builder builder) {
        RemoteSession remote = Await.result(builder.connect());
        remotes.add(remote);
        return remote;
    }

    @Override
    public void close() {
        remotes.forEach(Session::close);
        host.close();
    }
}
