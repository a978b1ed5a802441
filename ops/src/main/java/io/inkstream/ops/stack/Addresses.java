package io.inkstream.ops.stack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The ports of one stack, all on the loopback interface but for a broker and a registry that somebody else runs.
 *
 * @param othersHost where brokers and registry are
 * @param brokers Kafka clients connect here
 * @param controllers the brokers' own quorum
 * @param registry REST of the schema registry
 * @param grpc the model servers' rendering service
 * @param modelServerHttp the model servers' health and metrics
 * @param topologyHttp the topologies' health and metrics
 */
public record Addresses(
        String othersHost,
        List<Integer> brokers,
        List<Integer> controllers,
        int registry,
        List<Integer> grpc,
        List<Integer> modelServerHttp,
        List<Integer> topologyHttp) {
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

    /** The well-known ports where they are free, and any free ones in place of those that are taken; one of each. */
    public static Addresses preferDefaults() {
        Set<Integer> chosen = new HashSet<>();
        return new Addresses(
                HOST,
                List.of(pick(9092, chosen)),
                List.of(pick(9093, chosen)),
                pick(8081, chosen),
                List.of(pick(50051, chosen)),
                List.of(pick(9101, chosen)),
                List.of(pick(9102, chosen)));
    }

    /** Free ports for one of each, so that several stacks live side by side. */
    public static Addresses anyFree() {
        return anyFree(Shape.ONE_OF_EACH);
    }

    /** Free ports for so many of each. */
    public static Addresses anyFree(Shape shape) {
        Set<Integer> chosen = new HashSet<>();
        return new Addresses(
                HOST,
                free(shape.brokers(), chosen),
                free(shape.brokers(), chosen),
                pick(0, chosen),
                free(shape.modelServers(), chosen),
                free(shape.modelServers(), chosen),
                free(shape.topologies(), chosen));
    }

    /** The preferred port if nobody listens on it, else a free one. */
    public static int portOr(int preferred) {
        return pick(preferred, new HashSet<>());
    }

    /** The same with a broker and a registry that somebody else runs. */
    public Addresses withOthers(String host, int otherBroker, int otherRegistry) {
        return new Addresses(
                host, List.of(otherBroker), controllers, otherRegistry, grpc, modelServerHttp, topologyHttp);
    }

    /** All brokers, with commas between. */
    public String bootstrap() {
        return brokers.stream().map(port -> othersHost + ":" + port).collect(Collectors.joining(","));
    }

    public String registryUrl() {
        return registryRoot() + "/apis/ccompat/v7";
    }

    public String registryRoot() {
        return "http://" + othersHost + ":" + registry;
    }

    /** All model servers, with commas between. */
    public String grpcTarget() {
        return grpc.stream().map(port -> HOST + ":" + port).collect(Collectors.joining(","));
    }

    public String modelServerHealth() {
        return modelServerHealth(0);
    }

    public String topologyHealth() {
        return topologyHealth(0);
    }

    String broker(int index) {
        return HOST + ":" + brokers.get(index);
    }

    String controller(int index) {
        return HOST + ":" + controllers.get(index);
    }

    String modelServerHealth(int index) {
        return "http://" + HOST + ":" + modelServerHttp.get(index) + "/health/ready";
    }

    String topologyHealth(int index) {
        return "http://" + HOST + ":" + topologyHttp.get(index) + "/health/ready";
    }

    private static List<Integer> free(int count, Set<Integer> chosen) {
        return IntStream.range(0, count).mapToObj(i -> pick(0, chosen)).toList();
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
