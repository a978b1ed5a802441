package io.inkstream.topology.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.settings.SettingsException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a channel to every address of every model server, and chooses the server for a line of a version: those first that have
 * it READY, each in its turn.
 *
 * <p>A host name may stand for several servers, more or less of them with time: it is looked up again and again. A server
 * belongs to an address as long as its name gives it. Safe for use by many threads.
 */
public final class ModelServers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelServers.class);

    private static final Duration ASK_EVERY = Duration.ofMillis(500);
    private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(5);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

    /** An address is given up when its name has not given it so often in a row: some name servers give a part each time. */
    private static final int MISSING = 3;

    private static final int MOST = 256;

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[^\\[\\]]+]|[^:\\[\\]]+):(\\d{1,5})");

    /** If no server has the version, at most so many servers are asked anyway. */
    private static final int LACKING_ASKED = 3;

    private final List<String> names;
    private final LookUp lookUp;
    private final Function<Address, ManagedChannel> connect;
    private final LongSupplier nanos;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();

    // Guarded by this:
    private final Map<Address, Connected> connected = new LinkedHashMap<>();
    private final List<ManagedChannel> retired = new ArrayList<>();
    private boolean isClosed;
    private Optional<ScheduledExecutorService> scheduler = Optional.empty();

    private volatile List<ModelServer> servers = List.of();

    /** Gives the addresses that a host name stands for now. */
    @FunctionalInterface
    public interface LookUp {
        /** All of them. */
        List<InetAddress> of(String host) throws UnknownHostException;
    }

    /**
     * Where one server listens.
     *
     * @param name HOST:PORT as the settings say it
     */
    public record Address(String name, InetSocketAddress at) {}

    /** A server, its channel, and for how many look-ups its name has not given its address. */
    private record Connected(ModelServer server, ManagedChannel channel, int missing) {}

    /**
     * Connects and looks up nothing.
     *
     * @param names HOST:PORT, at least one
     * @param connect makes a channel, which is closed with this
     * @throws IllegalArgumentException if a name is not of this form
     */
    public ModelServers(
            List<String> names, LookUp lookUp, Function<Address, ManagedChannel> connect, LongSupplier nanos) {
        this.names = List.copyOf(names);
        names.stream()
                .filter(name -> !HOST_AND_PORT.matcher(name).matches())
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("the address of a model server is HOST:PORT, not '"
                            + Limits.cut(name, Limits.QUOTED_CHARS) + "'");
                });
        this.lookUp = lookUp;
        this.connect = connect;
        this.nanos = nanos;
    }

    /**
     * The servers of the settings, over plain text; connects and looks up nothing.
     *
     * @throws SettingsException if a name is not HOST:PORT
     */
    public static ModelServers of(List<String> names) {
        try {
            return new ModelServers(
                    names, host -> List.of(InetAddress.getAllByName(host)), ModelServers::channel, System::nanoTime);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(e.getMessage());
        }
    }

    /** Begins to look up names and to ask servers what they have, on threads of its own. */
    public synchronized void start() {
        if (isClosed || scheduler.isPresent()) {
            return;
        }
        AtomicInteger threads = new AtomicInteger();
        // Two threads: a name server that is slow must not keep us from asking the model servers.
        ScheduledExecutorService own = Executors.newScheduledThreadPool(2, task -> {
            Thread thread = new Thread(task, "model-servers-" + threads.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        scheduler = Optional.of(own);
        var looking =
                own.scheduleWithFixedDelay(guarded(this::lookUp), 0, LOOK_UP_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        var asking = own.scheduleWithFixedDelay(guarded(this::ask), 0, ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        LOG.debug("Looking up {} and polling them: {}, {}", names, looking, asking);
    }

    /** Looks up all names, and connects to what is new. */
    void lookUp() {
        Set<Address> found = new HashSet<>();
        Set<String> unknown = new HashSet<>();
        for (String name : names) {
            int colon = name.lastIndexOf(':');
            String host = name.substring(0, colon);
            int port = Integer.parseInt(name.substring(colon + 1));
            try {
                lookUp.of(host).forEach(ip -> found.add(new Address(name, new InetSocketAddress(ip, port))));
            } catch (UnknownHostException e) {
                unknown.add(name); // what it stood for last stays
            }
        }
        List<ModelServer> added = new ArrayList<>();
        synchronized (this) {
            if (isClosed) {
                return;
            }
            found.stream()
                    .filter(address -> !connected.containsKey(address) && connected.size() < MOST)
                    .forEach(address -> {
                        ManagedChannel channel = connect.apply(address);
                        ModelServer server = new ModelServer(channel, nanos, this::listed);
                        connected.put(address, new Connected(server, channel, 0));
                        added.add(server);
                        LOG.info("Model server {} is at {}", address.name(), address.at());
                    });
            connected.replaceAll((address, known) -> new Connected(
                    known.server(),
                    known.channel(),
                    found.contains(address) || unknown.contains(address.name()) ? 0 : known.missing() + 1));
            connected.entrySet().removeIf(entry -> {
                boolean isGone = entry.getValue().missing() >= MISSING;
                if (isGone) {
                    LOG.info(
                            "Model server {} is no longer at {}",
                            entry.getKey().name(),
                            entry.getKey().at());
                    entry.getValue().channel().shutdown(); // calls in progress are finished
                    retired.add(entry.getValue().channel());
                }
                return isGone;
            });
            retired.removeIf(ManagedChannel::isTerminated);
            servers = connected.values().stream().map(Connected::server).toList();
        }
        added.forEach(server -> {
            server.askWhenConnected();
            server.ask();
        });
    }

    /** Asks every server what it has, and connects again to those that are broken. */
    void ask() {
        servers.forEach(server -> {
            server.reconnect();
            server.ask();
        });
    }

    /** Has somebody told whenever a server has said what it has. */
    void onListed(Runnable listener) {
        listeners.add(listener);
    }

    /**
     * Whom to ask for a line of the version, one after the other: those that have it READY, each in its turn; then those that
     * have not said what they have; where there are neither, a few that lacked it a moment ago; then the broken ones.
     */
    List<ModelServer> inTurn(String model) {
        List<ModelServer> all = new ArrayList<>(servers);
        if (all.size() < 2) {
            return all;
        }
        Collections.rotate(all, -Math.floorMod(turn.getAndIncrement(), all.size()));
        List<ModelServer> order = new ArrayList<>(all.size());
        List<ModelServer> broken = new ArrayList<>();
        all.removeIf(server -> server.isBroken() && broken.add(server));
        move(all, order, server -> server.hasReady(model));
        move(all, order, server -> !server.isKnown());
        if (order.isEmpty()) {
            order.addAll(all.subList(0, Math.min(LACKING_ASKED, all.size())));
        }
        return order.isEmpty() ? broken.subList(0, Math.min(1, broken.size())) : order;
    }

    /** Whether some server has the version READY, or has not said what it has. */
    boolean mayHave(String model) {
        List<ModelServer> all = servers;
        return all.isEmpty() || all.stream().anyMatch(server -> !server.isKnown() || server.hasReady(model));
    }

    /** Whether some server can be reached, as far as is known. */
    boolean isReachable() {
        return servers.stream().anyMatch(server -> !server.isBroken());
    }

    /** Whether some server is known to have something READY. */
    boolean canDraw() {
        return servers.stream().anyMatch(ModelServer::canDraw);
    }

    /** Cancels the calls in progress; their callers are notified. */
    @Override
    public void close() {
        List<ManagedChannel> channels = new ArrayList<>();
        synchronized (this) {
            isClosed = true;
            scheduler.ifPresent(ScheduledExecutorService::shutdownNow);
            connected.values().forEach(known -> channels.add(known.channel()));
            channels.addAll(retired);
        }
        channels.forEach(ManagedChannel::shutdownNow);
        long end = System.nanoTime() + LONGEST_CLOSE.toNanos();
        for (ManagedChannel channel : channels) {
            try {
                if (!channel.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void listed() {
        listeners.forEach(Runnable::run);
    }

    private static void move(List<ModelServer> from, List<ModelServer> to, Predicate<ModelServer> those) {
        from.removeIf(server -> those.test(server) && to.add(server));
    }

    /** A task that throws would never run again. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.warn("Looking up the model servers failed; retrying", e);
            }
        };
    }

    private static ManagedChannel channel(Address address) {
        return Grpc.newChannelBuilderForAddress(
                        address.at().getAddress().getHostAddress(),
                        address.at().getPort(),
                        InsecureChannelCredentials.create())
                .overrideAuthority(address.name())
                // The callback only queues the answer: it needs no thread of its own.
                .directExecutor()
                .keepAliveTime(30, TimeUnit.SECONDS)
                .build();
    }
}
