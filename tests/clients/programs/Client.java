// Java, the library aXMLRPC.
import de.timroes.axmlrpc.XMLRPCClient;
import de.timroes.axmlrpc.XMLRPCServerException;
import java.io.PrintStream;
import java.net.URL;
import java.text.SimpleDateFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

public class Client {
    static XMLRPCClient client;
    static PrintStream out;

    static String show(Object value) {
        if (value == null) return "null";
        if (value instanceof Double) return String.format("%.8f", value);
        if (value instanceof String) return '"' + ((String) value).replace("\n", "\\n") + '"';
        if (value instanceof Date) return new SimpleDateFormat("'@'yyyyMMdd'T'HH:mm:ss").format(value);
        StringBuilder text = new StringBuilder();
        if (value instanceof byte[]) {
            text.append('x');
            for (byte one : (byte[]) value) text.append(String.format("%02x", one));
            return text.toString();
        }
        if (value instanceof Object[]) {
            List<String> items = new ArrayList<>();
            for (Object item : (Object[]) value) items.add(show(item));
            return "[" + String.join(", ", items) + "]";
        }
        if (value instanceof Map) {
            List<String> members = new ArrayList<>();
            new TreeMap<Object, Object>((Map<?, ?>) value)
                .forEach((name, item) -> members.add(name + ": " + show(item)));
            return "{" + String.join(", ", members) + "}";
        }
        return value.toString();
    }

    static Map<String, Object> struct(Object... members) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) map.put((String) members[i], members[i + 1]);
        return map;
    }

    static Object[] list(Object... items) {
        return items;
    }

    static void fault(String name, String method, Object... params) throws Exception {
        try {
            out.println(name + "\t\t" + show(client.call(method, params)));
        } catch (XMLRPCServerException error) {
            // getMessage() puts the number behind the text
            String text = error.getMessage().replaceFirst(" \\[-?\\d+\\]$", "");
            out.println(name + "\t\tfault " + error.getErrorNr() + " " + text);
        }
    }

    public static void main(String[] args) throws Exception {
        client = new XMLRPCClient(new URL(args[0]),
            XMLRPCClient.FLAGS_NIL | XMLRPCClient.FLAGS_8BYTE_INT
            | XMLRPCClient.FLAGS_DEFAULT_TYPE_STRING);
        out = new PrintStream(System.out, true, "UTF-8");
        Map<String, Object> values = struct(
            "int", 7,
            "negative", -2147483648,
            "long", 1099511627776L,
            "true", true,
            "false", false,
            "markup", "a <b> & \"c\" ]]> d",
            "unicode", "Grüße, 日本",
            "beyond the BMP", "😀",
            "empty", "",
            "spaces", "  two\nlines  ",
            "double", -1.25,
            "tiny", 0.00000001,
            "base64", new byte[] {0, 1, 2, -1},
            "date", new GregorianCalendar(1998, 6, 17, 14, 8, 55).getTime(),
            "array", list(1, "two", list(3)),
            "no items", list(),
            "struct", struct("name", "x & y", "n", 1),
            "no members", struct(),
            "nested", struct("list", list(struct("a", list(true, struct()))), "name", ""),
            "large", "x<".repeat(50000),
            "nil", null);
        for (Map.Entry<String, Object> entry : values.entrySet()) {
            Object[] params = {entry.getValue()};
            out.println(entry.getKey() + "\t" + client.call("interop.show", params) + "\t"
                + show(client.call("interop.echo", params)));
        }
        for (String name : Arrays.asList("nil", "long", "nil inside", "whole double", "tiny",
                                         "apostrophes"))
            out.println("give " + name + "\t\t" + show(client.call("interop.give", name)));
        fault("fault", "interop.fail");
        fault("unknown method", "interop.nothing");
        fault("wrong arguments", "interop.add", 1);
        fault("crash", "interop.crash");
        List<String> methods = new ArrayList<>();
        for (Object name : (Object[]) client.call("system.listMethods"))
            if (((String) name).contains("interop.")) methods.add((String) name);
        out.println("methods\t\t" + String.join(" ", methods));
        Object[] results = (Object[]) client.call("system.multicall", (Object) list(
            struct("methodName", "interop.add", "params", list(1, 2)),
            struct("methodName", "interop.fail", "params", list())));
        out.println("multicall\t\t" + show(((Object[]) results[0])[0]));
        Map<?, ?> failed = (Map<?, ?>) results[1];
        out.println("multicall fault\t\tfault " + failed.get("faultCode") + " "
            + failed.get("faultString"));
    }
}
