// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.companion.shell;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import mekhq.distributed.Bundle;
import mekhq.distributed.Money;
import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.CampaignAssets;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;

/**
 * What the player has to book in MekHQ, and has booked. The companion never writes a save: what a settlement changes
 * becomes an item, and the player's tick is what applies it. The list is kept in one file with the memento, so that
 * neither is ever older than the other.
 *
 * <p>Whether the campaign has the money is the player's to know: the companion does not look into its account. Used by
 * the companion thread only.
 */
public final class TodoList implements CampaignAssets {

    /** Of the items that are done, only so many are kept. */
    private static final int DONE_MAX = 1_000;
    private static final int FIELDS = 9;
    private static final String MARK = "todo";

    private final List<Todo> items = new ArrayList<>();
    private final Clock clock;
    private LocalDate date;
    private Consumer<Todo> onNew = item -> { };

    /**
     * An empty list.
     *
     * @param date the date that the campaign stands on
     */
    public TodoList(LocalDate date) {
        this(date, Clock.systemUTC());
    }

    TodoList(LocalDate date, Clock clock) {
        this.date = date;
        this.clock = clock;
    }

    /**
     * Reads a list.
     *
     * @param lines as {@link #lines()} made them
     * @param date  the date that the campaign stands on
     * @return the list
     * @throws IllegalArgumentException when a line is none of this list's; the message names it
     */
    public static TodoList parse(List<String> lines, LocalDate date) {
        TodoList list = new TodoList(date);
        lines.forEach(line -> list.items.add(item(line)));
        return list;
    }

    private static Todo item(String line) {
        String[] fields = line.split("\t", FIELDS);
        if (fields.length != FIELDS || !fields[0].equals(MARK)) {
            throw new IllegalArgumentException("not an item: " + line);
        }
        try {
            Optional<Tick> tick = fields[2].isEmpty() ? Optional.empty() : Optional.of(Tick.parse(fields[2]));
            Optional<UUID> request = fields[7].isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(fields[7]));
            return new Todo(Integer.parseInt(fields[1]), fields[4].equals("debit"),
                    new Money(fields[5], Long.parseLong(fields[6])), request, LocalDate.parse(fields[3]), tick,
                    fields[8]);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new IllegalArgumentException("a damaged item: " + line, e);
        }
    }

    /**
     * Writes the list.
     *
     * @return a line for each item
     */
    public List<String> lines() {
        return items.stream().map(item -> String.join("\t", MARK, String.valueOf(item.number()),
                item.tick().map(Tick::text).orElse(""), item.since().toString(),
                item.debit() ? "debit" : "credit", item.amount().currency(),
                String.valueOf(item.amount().hundredths()),
                item.request().map(UUID::toString).orElse(""), item.about())).toList();
    }

    /** Who hears of each new item. */
    void whenNew(Consumer<Todo> listener) {
        onNew = listener;
    }

    /** The campaign stands on another date. */
    public void day(LocalDate now) {
        date = now;
    }

    /** All items, done or not, oldest first. */
    List<Todo> all() {
        return List.copyOf(items);
    }

    /** The items that are still to be booked. */
    List<Todo> open() {
        return items.stream().filter(item -> item.tick().isEmpty()).toList();
    }

    /** A save was read: what it may lack, since it is older than the tick, and the player is now asked about. */
    List<Todo> doubtful(SaveState save) {
        List<Todo> asked = items.stream()
                .filter(item -> item.tick().filter(tick -> tick.isDoubtful(save)).isPresent()).toList();
        items.replaceAll(item -> item.withTick(item.tick().map(tick -> tick.seen(save))));
        return asked;
    }

    /** The player has booked an item. Whether there was one of that number to be booked. */
    boolean tick(int number) {
        return change(item -> item.number() == number && item.tick().isEmpty(),
                item -> item.withTick(Optional.of(Tick.at(date, clock.instant()))));
    }

    /** The save lacks an item that was ticked off. Whether there was one of that number. */
    boolean reopen(int number) {
        return change(item -> item.number() == number && item.tick().isPresent(),
                item -> item.withTick(Optional.empty()));
    }

    /** What the items of a request are about has become known. */
    void describe(UUID request, String about) {
        String line = about.replaceAll("\\p{Cntrl}", " ");
        change(item -> item.request().equals(Optional.of(request)), item -> item.withAbout(line));
    }

    private boolean change(Predicate<Todo> which, UnaryOperator<Todo> change) {
        boolean found = items.stream().anyMatch(which);
        items.replaceAll(item -> which.test(item) ? change.apply(item) : item);
        return found;
    }

    private void add(boolean debit, Bundle bundle, Optional<UUID> request) {
        bundle.money().ifPresent(amount -> {
            int number = items.stream().mapToInt(Todo::number).max().orElse(0) + 1;
            Todo item = new Todo(number, debit, amount, request, date, Optional.empty(), "");
            items.add(item);
            forgetOldest();
            onNew.accept(item);
        });
    }

    private void forgetOldest() {
        long done = items.stream().filter(item -> item.tick().isPresent()).count();
        if (done > DONE_MAX) {
            items.remove(items.stream().filter(item -> item.tick().isPresent()).findFirst().orElseThrow());
        }
    }

    @Override
    public Bundle inspect(Bundle wanted) {
        return wanted;
    }

    @Override
    public boolean reserve(Hold hold) {
        add(true, hold.bundle(), Optional.of(hold.request()));
        return true;
    }

    /** What was not booked yet need not be booked at all. */
    @Override
    public void release(Hold hold) {
        boolean never = items.removeIf(item -> item.debit() && item.tick().isEmpty()
                && item.request().equals(Optional.of(hold.request())) && Bundle.of(item.amount()).equals(hold.bundle()));
        if (!never) {
            add(false, hold.bundle(), Optional.of(hold.request()));
        }
    }

    /** What is consumed became an item when it was set aside. */
    @Override
    public void settle(Settlement settlement) {
        settlement.released().forEach(this::release);
        add(true, settlement.taken(), settlement.request());
    }

    @Override
    public void deliver(Arrival arrival) {
        add(false, arrival.bundle(), arrival.request());
    }
}
