/** Tables with every type, charset and sort of value that mysqldump writes, as SQL for a MariaDB. */
const edge = `CREATE TABLE ints (id bigint unsigned NOT NULL, a tinyint, b smallint unsigned zerofill, c mediumint, d int(5) zerofill, e bigint, f decimal(65,30), g decimal(10,0), h float, i double, j double unsigned, k bit(1), l bit(20), m bit(64), n bool, PRIMARY KEY (id)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO ints VALUES
 (0,-128,7,-8388608,42,-9223372036854775808,-0.000000000000000000000000000001,-9999999999,-3.40282e38,-1.7976931348623157e308,0,b'0',b'0',b'0',0),
 (18446744073709551615,127,65535,8388607,99999,9223372036854775807,99999999999999999999999999999999999.999999999999999999999999999999,9999999999,1.17549e-38,2.2250738585072014e-308,1e300,b'1',b'11111111111111111111',0xFFFFFFFFFFFFFFFF,1),
 (5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (6,1,1,1,1,1,1.10,1,0.1,0.1,1.94,b'0',0x0A0D27,0x275C0A0D001A,1),
 (7,1,1,1,1,1,0,-0,-0.0,-0.0,123456789.123456789,b'1',1,1,1),
 (8,1,1,1,1,1,0,0,16777216,1e16,1e15,b'1',1,1,1), (9,1,1,1,1,1,0,0,1.94,3.141592653589793,1e-5,b'1',1,1,1);
CREATE TABLE times (id int NOT NULL AUTO_INCREMENT, a date, b datetime, c datetime(6), d timestamp NULL, e timestamp(3) NULL, f time, g time(6), h year, PRIMARY KEY (id)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb3;
SET SESSION sql_mode='ALLOW_INVALID_DATES'; SET SESSION time_zone='+05:30';
INSERT INTO times VALUES (1,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','-838:59:59','-838:59:59.000001',0),
 (2,'9999-12-31','9999-12-31 23:59:59','9999-12-31 23:59:59.999999','2038-01-19 03:14:07','2024-02-29 12:00:00.123','838:59:59','00:00:00.000001',2155),
 (3,'2024-02-31','2024-00-00 00:00:00','1000-01-01 00:00:00.100000','1970-01-02 00:00:01','1970-01-02 00:00:01.001','00:00:00','12:34:56.7',1901), (4,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO'; SET SESSION time_zone='+00:00';
CREATE TABLE texts (id int NOT NULL PRIMARY KEY, c char(10), v varchar(255), t tinytext, m mediumtext, l longtext, e enum('a','b''c','d\\\\e','','ü'), s set('x','y','z z') , j json) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
`;

const charsets = [
  'latin1',
  'latin2',
  'cp1251',
  'koi8r',
  'greek',
  'hebrew',
  'gbk',
  'big5',
  'sjis',
  'ujis',
  'euckr',
  'utf8mb3',
  'utf8mb4',
  'ucs2',
  'utf16',
  'utf16le',
  'utf32',
  'cp932',
  'gb2312',
  'tis620',
  'swe7',
  'ascii',
  'cp850',
  'macroman',
];
const samples: Readonly<Record<string, string>> = {
  latin1: 'caf\u00e9 \u20ac \u201cquoted\u201d',
  latin2: '\u0141\u00f3d\u017a',
  cp1251: '\u0416\u0443\u043a',
  koi8r: '\u0416\u0443\u043a',
  greek: '\u0391\u03b2\u03b3',
  hebrew: '\u05e9\u05dc\u05d5\u05dd',
  gbk: '\u4e2d\u6587\u8a89\u7e37',
  big5: '\u4e2d\u6587\u529f\u8a31\u84cb',
  sjis: '\u65e5\u672c\u8a9e\u8868\u30bd',
  ujis: '\u65e5\u672c\u8a9e',
  euckr: '\ud55c\uad6d\uc5b4',
  utf8mb3: '\u65e5\u672c \u00fc \ufeff',
  ucs2: '\u65e5\u672c \u00fc',
  cp932: '\u65e5\u672c\u8a9e\u8868\u2460',
  gb2312: '\u4e2d\u6587',
  tis620: '\u0e44\u0e17\u0e22',
  ascii: 'plain',
  swe7: 'plain',
  cp850: '\u00fc\u00e4',
  macroman: '\u00fc\u00e4',
};
const wide = '\ud83d\ude00 \u65e5\u672c \u200b\u202e e\u0301';

const hex = (text: string): string =>
  text === '' ? `''` : `_utf8mb4 X'${Buffer.from(text).toString('hex')}'`;

/** Everything that quoting can go wrong with. */
export const awkward = [
  '',
  ' ',
  "it's",
  '"',
  '\\',
  "\\'",
  "';--",
  '\0',
  '\n\r\t\x1a',
  '%_\\%',
  'a\\',
  '/*!40000 x */',
  '-- x\n',
  ';',
  'NULL',
  '0x41',
  ', (',
  '`',
  '\x7f',
  'x'.repeat(255),
  '\u00fc',
  'e\u0301',
  '\ud83d\ude00',
];

function texts(): string {
  const rows = awkward.map(
    (text, i) =>
      `(${i},${hex(text.slice(0, 10))},${hex(text)},${hex(text)},${hex(text)},${hex(text)},${(i % 5) + 1},${i % 8},'{"a": ${i}}')`,
  );
  return `INSERT INTO texts VALUES ${rows.join(',')}, (1000,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);\n`;
}

/** SHOW CREATE TABLE gives labels in three-byte utf8: no dump has others. */
const label = (text: string): string => text.replaceAll("'", "''").replaceAll(/[\u{10000}-\u{10ffff}]/gu, '');

function perCharset(): string {
  return charsets
    .map((name) => {
      const text = samples[name] ?? wide;
      return `CREATE TABLE cs_${name} (k varchar(60) CHARACTER SET ${name} NOT NULL, v text CHARACTER SET ${name}, c char(20) CHARACTER SET ${name}, e enum('a','${label(text)}') CHARACTER SET ${name}, PRIMARY KEY (k)) ENGINE=${name === 'latin1' ? 'MyISAM' : 'InnoDB'} DEFAULT CHARSET=${name};
INSERT INTO cs_${name} VALUES (${hex(text)},${hex(`${text}\\'`)},${hex(text.slice(0, 20))},2),('','','',1),('zz',NULL,NULL,NULL),('a b','\\\\','\\'',1);\n`;
    })
    .join('');
}

const rest = `CREATE TABLE bins (id binary(4) NOT NULL, v varbinary(300), t tinyblob, b blob, m mediumblob, l longblob, PRIMARY KEY (id)) ENGINE=InnoDB;
INSERT INTO bins VALUES (X'00000000',X'',X'00',X'27225C0A0D1A00',X'FF',X'89504E470D0A1A0A'),(X'FFFFFFFF',NULL,NULL,NULL,NULL,NULL),('a','b','c','d','e',REPEAT(X'00FF',70000));
CREATE TABLE geo (id int PRIMARY KEY, g geometry, p point, l linestring, c geometrycollection) ENGINE=InnoDB;
INSERT INTO geo VALUES (1,ST_GeomFromText('POINT(1 2)',4326),POINT(-0.5,1e10),ST_LineFromText('LINESTRING(0 0,1 1)'),NULL),(2,NULL,NULL,NULL,ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))'));
CREATE TABLE nets (id int PRIMARY KEY, a inet6, b uuid, c inet4) ENGINE=InnoDB; INSERT INTO nets VALUES (1,'2001:db8::ff00:42:8329','123e4567-e89b-12d3-a456-426655440000','10.0.0.1'),(2,NULL,NULL,NULL);
CREATE TABLE computed (id int NOT NULL, a int, b int AS (a*2) VIRTUAL, c int AS (a+1) PERSISTENT, d int INVISIBLE DEFAULT 9, PRIMARY KEY (id)) ENGINE=InnoDB; INSERT INTO computed (id,a,d) VALUES (1,2,3),(2,NULL,NULL);
CREATE TABLE keyless (a int, b varchar(20)) ENGINE=InnoDB; INSERT INTO keyless VALUES (1,'a'),(1,'a'),(NULL,NULL);
CREATE TABLE \`odd \`\`name;-- "x\` (\`a b\` int, \`c\`\`d\` text, \`select\` int, PRIMARY KEY (\`a b\`)) ENGINE=InnoDB COMMENT='it''s; -- x'; INSERT INTO \`odd \`\`name;-- "x\` VALUES (1,'x',2);
CREATE TABLE composite (t int NOT NULL, k enum('z','a','m') NOT NULL, s set('p','q') NOT NULL, c varchar(20) COLLATE utf8mb4_bin NOT NULL, d date NOT NULL, PRIMARY KEY (t,k,s,c,d)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO composite SELECT seq DIV 20, 1+seq%3, seq%4, CHAR(65+seq%7, 97+seq%3), '2024-01-01'+INTERVAL seq DAY FROM seq_1_to_300;
CREATE TABLE empty_one (id int PRIMARY KEY) ENGINE=InnoDB;
CREATE TABLE second_key (a int, u varchar(30) NOT NULL, UNIQUE KEY u (u), KEY a (a)) ENGINE=Aria; INSERT INTO second_key SELECT seq, MD5(seq) FROM seq_1_to_100;
CREATE TABLE parts (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO parts SELECT seq FROM seq_1_to_50;
CREATE TABLE desc_key (id int NOT NULL, v int, PRIMARY KEY (id DESC)) ENGINE=InnoDB; INSERT INTO desc_key SELECT seq, seq FROM seq_1_to_20;
CREATE VIEW a_view AS SELECT id FROM texts; CREATE VIEW z_of_a AS SELECT id FROM a_view;
CREATE SEQUENCE counter START WITH 5;
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON keyless FOR EACH ROW BEGIN SET NEW.b = CONCAT(NEW.b, ';'); END//
CREATE PROCEDURE pr() BEGIN SELECT 1; END//
CREATE FUNCTION fu() RETURNS int DETERMINISTIC BEGIN RETURN 2; END//
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO SELECT 1//
DELIMITER ;
`;

/** All of it; to be run with the connection's charset utf8mb4. */
export const allKinds = `SET NAMES utf8mb4; ${edge}${texts()}${perCharset()}${rest}`;
