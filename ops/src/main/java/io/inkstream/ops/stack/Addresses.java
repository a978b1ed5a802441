package io.inkstream.ops.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ports of one stack, all on the loopback interface but for a broker and a registry that somebody else runs.
 *
 * @param othersHost where broker and registry are
 * @param broker Kafka clients connect here
 * @param controller the broker's own quorum
 * @param registry REST of the schema registry
 * @param grpc the model server's rendering service
 * @param modelServerHttp the model server's health and metrics
 * @param topologyHttp the topology's health and metrics
 */
public record Addresses(
        String othersHost, int broker, int controller, int registry, int grpc, int modelServerHttp, int topologyHttp) {
    private static final String HOST = "127.0.0.1";

    /**
     * Free ports come from below those that operating systems give to outgoing connections: there, a client that tries a
     * port on which nobody listens yet may be given that very port, and the server then finds it taken.
     */
    private static final int FIRST = 15_000;

    private static final int RANGE = 15_000;
    /** Processes that choose at the same time begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) Math.floorMod(ProcessHandle.current().pid() * 97, (long) RANGE));

    /** The well-known ports where they are free, and any free ones in place of those that are taken. */
    public static Addresses preferDefaults() {
        return choose(9092, 9093, 8081, 50051, 9101, 9102);
    }

    /** Free ports, so that several stacks live side by side. */
    public static Addresses anyFree() {
        return choose(0, 0, 0, 0, 0, 0);
    }

    /** The preferred port if nobody listens on it, else a free one. */
    public static int portOr(int preferred) {
        return pick(preferred, new HashSet<>());
    }

    /** The same with a broker and a registry that somebody else runs. */
    public Addresses withOthers(String host, int otherBroker, int otherRegistry) {
        return new Addresses(host, otherBroker, controller, otherRegistry, grpc, modelServerHttp, topologyHttp);
    }

    public String bootstrap() {
        return othersHost + ":" + broker;
    }

    public String registryUrl() {
        return registryRoot() + "/apis/ccompat/v7";
    }

    public String registryRoot() {
        return "http://" + othersHost + ":" + registry;
    }

    public String grpcTarget() {
        return HOST + ":" + grpc;
    }

    public String modelServerHealth() {
        return "http://" + HOST + ":" + modelServerHttp + "/health/ready";
    }

    public String topologyHealth() {
        return "http://" + HOST + ":" + topologyHttp + "/health/ready";
    }

    private static Addresses choose(int... preferred) {
        Set<Integer> chosen = new HashSet<>();
        int[] ports = new int[preferred.length];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = pick(preferred[i], chosen);
        }
        return new Addresses(HOST, ports[0], ports[1], ports[2], ports[3], ports[4], ports[5]);
    }

    private static int pick(int preferred, Set<Integer> chosen) {
        int port = isFree(preferred) ? preferred : 0;
        while (port == 0 || !chosen.add(port)) {
            port = anyFreePort();
        }
        return port;
    }

    private static boolean isFree(int port) {
        if (port == 0) {
            return false;
        }
        // On all interfaces: a listener on any one of them is in the way.
        try (ServerSocket socket = bind(new InetSocketAddress(0).getAddress(), port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(InetAddress address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(address, port));
        return socket;
    }

    private static int anyFreePort() {
        for (int tries = 0; tries < RANGE; tries++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), RANGE);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no port is free from " + FIRST + " to " + (FIRST + RANGE - 1));
    }
}
