/** What the server answered in place of a result; getCode() is the fault code. */
final class Fault extends \RuntimeException
{
}

/** Bytes: base64 in XML-RPC. */
final class Binary
{
    public function __construct(public string $bytes)
    {
    }
}

/** Calls the methods of one address; needs no extension of PHP. */
final class Server
{
    /** @param array<string, mixed> $http options of PHP's HTTP context, like timeout and header (a list of lines) */
    public function __construct(private string $url, private array $http = [])
    {
    }

    /** @param list<mixed> $params */
    public function call(string $method, array $params): mixed
    {
        $body = '<?xml version="1.0" encoding="UTF-8"?><methodCall><methodName>' . self::text($method)
            . '</methodName><params>';
        foreach ($params as $param) {
            $body .= '<param>' . self::value($param) . '</param>';
        }
        $body .= '</params></methodCall>';
        $http = $this->http;
        $http['method'] = 'POST';
        $http['header'] = array_merge((array) ($http['header'] ?? []), ['Content-Type: text/xml']);
        $http['content'] = $body;
        $http['ignore_errors'] = true;
        $answer = @file_get_contents($this->url, false, stream_context_create(['http' => $http]));
        if ($answer === false) {
            throw new \RuntimeException("$this->url does not answer");
        }
        return (new Answer($answer, $this->url))->result();
    }

    private static function text(string $text): string
    {
        return str_replace("\r", '&#13;', htmlspecialchars($text, ENT_NOQUOTES | ENT_XML1, 'UTF-8'));
    }

    private static function value(mixed $value): string
    {
        return '<value>' . match (true) {
            $value === null => '<nil/>',
            is_bool($value) => '<boolean>' . (int) $value . '</boolean>',
            is_int($value) => abs($value) < 2147483648 ? "<int>$value</int>" : "<i8>$value</i8>",
            is_float($value) => '<double>' . self::double($value) . '</double>',
            is_string($value) => '<string>' . self::text($value) . '</string>',
            $value instanceof Binary => '<base64>' . base64_encode($value->bytes) . '</base64>',
            $value instanceof \DateTimeInterface =>
                '<dateTime.iso8601>' . $value->format('Ymd\TH:i:s') . '</dateTime.iso8601>',
            is_array($value) && array_is_list($value) =>
                '<array><data>' . implode('', array_map(self::value(...), $value)) . '</data></array>',
            is_object($value) && method_exists($value, 'toStruct') => self::struct($value->toStruct()),
            default => self::struct((array) $value),
        } . '</value>';
    }

    private static function double(float $value): string
    {
        if (!is_finite($value)) {
            throw new \ValueError('XML-RPC cannot carry NAN and INF');
        }
        $text = var_export($value, true);
        return str_contains($text, 'E') ? rtrim(sprintf('%.40F', $value), '0') . '0' : $text;
    }

    /** @param array<string, mixed> $members */
    private static function struct(array $members): string
    {
        $xml = '';
        foreach ($members as $name => $value) {
            $xml .= '<member><name>' . self::text((string) $name) . '</name>' . self::value($value) . '</member>';
        }
        return "<struct>$xml</struct>";
    }
}

/** Reads a methodResponse. */
final class Answer
{
    /** @var list<array<int, string>> the tags: the slash before, the name, the slash behind, the text */
    private array $tags = [];
    private int $at = 0;

    public function __construct(string $xml, private string $url)
    {
        $xml = preg_replace('~<\?.*?\?>|<!--.*?-->~s', '', $xml);
        $xml = preg_replace_callback('~<!\[CDATA\[(.*?)\]\]>~s', fn ($found) => htmlspecialchars($found[1]), $xml);
        preg_match_all('~<(/?)(?:\w+:)?([\w.]+)[^<>]*?(/?)>([^<]*)~', $xml, $this->tags, PREG_SET_ORDER);
    }

    public function result(): mixed
    {
        $this->open('methodResponse');
        if ($this->is('fault')) {
            $this->at++;
            $fault = $this->value();
            throw new Fault($fault['faultString'], (int) $fault['faultCode']);
        }
        $this->open('params');
        $this->open('param');
        return $this->value();
    }

    private function is(string $name, string $slash = ''): bool
    {
        $tag = $this->tags[$this->at] ?? ['', '', ''];
        return $tag[1] === $slash && $tag[2] === $name;
    }

    /** @return array<int, string> the tag, which must be the next one */
    private function open(string $name, string $slash = ''): array
    {
        if (!$this->is($name, $slash)) {
            throw new \RuntimeException("$this->url does not answer with XML-RPC");
        }
        return $this->tags[$this->at++];
    }

    private function value(): mixed
    {
        $tag = $this->open('value');
        if ($tag[3]) {
            return '';
        }
        $found = $this->is('value', '/') ? self::plain('string', $tag[4]) : $this->typed();
        $this->open('value', '/');
        return $found;
    }

    private function typed(): mixed
    {
        $tag = $this->open($type = $this->tags[$this->at][2] ?? '');
        $empty = (bool) $tag[3];
        if ($type !== 'array' && $type !== 'struct') {
            $empty || $this->open($type, '/');
            return self::plain($type, $tag[4]);
        }
        $found = [];
        if (!$empty && $type === 'array') {
            if (!$this->open('data')[3]) {
                while (!$this->is('data', '/')) {
                    $found[] = $this->value();
                }
                $this->at++;
            }
        }
        while (!$empty && $type === 'struct' && $this->is('member')) {
            $this->at++;
            $name = self::plain('string', $this->open('name')[4]);
            $this->open('name', '/');
            $found[$name] = $this->value();
            $this->open('member', '/');
        }
        $empty || $this->open($type, '/');
        return $found;
    }

    private static function plain(string $type, string $text): mixed
    {
        $text = html_entity_decode($text, ENT_QUOTES | ENT_XML1, 'UTF-8');
        return match ($type) {
            'nil' => null,
            'boolean' => trim($text) === '1',
            'double', 'float' => (float) $text,
            'string' => $text,
            'base64' => new Binary(base64_decode($text)),
            'dateTime.iso8601', 'dateTime' => new \DateTimeImmutable(trim($text)),
            default => (int) $text,
        };
    }
}
