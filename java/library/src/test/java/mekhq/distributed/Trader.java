// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.time.LocalDate;
import java.util.UUID;

/** A loaded campaign with a purse, and the session that it is in. */
final class Trader implements AutoCloseable {

    /** Campaign and memento as one unit. */
    record Save(Purse purse, String memento) {
    }

    final String name;
    final Purse purse;
    final CampaignMemento memento;
    final Recorder recorder = new Recorder();
    private Session session;

    Trader(String name, Save save) {
        this(name, Campaigns.START, save);
    }

    Trader(String name, LocalDate date, Save save) {
        this.name = name;
        this.purse = save.purse().copy();
        this.memento = CampaignMemento.load(Campaigns.named(name).id(), date, save.memento(), purse);
    }

    Trader(String name, long free) {
        this(name, new Save(new Purse(free), ""));
    }

    Trader join(int port) {
        session = Await.result(recorder.on(Campaigns.remote(name, port)).memento(memento).connect());
        recorder.await("confirmed");
        return this;
    }

    Trader host(HostSession.Builder builder) {
        session = recorder.on(builder).memento(memento).start();
        recorder.await("confirmed");
        return this;
    }

    Session session() {
        return session;
    }

    int port() {
        return ((HostSession) session).port();
    }

    UUID id() {
        return memento.campaign();
    }

    UUID wire(Trader target, long units) {
        return Await.result(session.transfers().request(target.id(), Money.cBills(units), "pay"));
    }

    void accept(UUID request) {
        Await.result(session.transfers().accept(request));
    }

    Save save() {
        return new Save(purse.copy(), memento.text());
    }

    void leave() {
        session.close();
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
        memento.close();
    }
}
