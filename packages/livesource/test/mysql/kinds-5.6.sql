SET NAMES utf8mb4;
SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE ints (id bigint unsigned NOT NULL, a tinyint, b smallint unsigned zerofill, c mediumint, d int(5) zerofill, e bigint, f decimal(65,30), h float, i double, k bit(1), l bit(20), m bit(64), n bool, PRIMARY KEY (id)) ENGINE=InnoDB;
INSERT INTO ints VALUES (0,-128,7,-8388608,42,-9223372036854775808,-0.000000000000000000000000000001,-3.40282e38,-1.7976931348623157e308,b'0',b'0',b'0',0),
 (18446744073709551615,127,65535,8388607,99999,9223372036854775807,99999999999999999999999999999999999.999999999999999999999999999999,1.17549e-38,2.2250738585072014e-308,b'1',b'11111111111111111111',0xFFFFFFFFFFFFFFFF,1),
 (5,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),(6,1,1,1,1,1,1.10,16777216,1e16,b'0',0x0A0D27,0x275C0A0D001A,1);
CREATE TABLE times (id int NOT NULL AUTO_INCREMENT, a date, b datetime, c datetime(6), d timestamp NULL, e timestamp(3) NULL, f time, g time(6), h year, PRIMARY KEY (id)) ENGINE=MyISAM DEFAULT CHARSET=utf8;
SET SESSION sql_mode='ALLOW_INVALID_DATES';
INSERT INTO times VALUES (1,'0000-00-00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','0000-00-00 00:00:00','-838:59:59','-838:59:58.000001',0),
 (2,'9999-12-31','9999-12-31 23:59:59','9999-12-31 23:59:59.999999','2038-01-19 03:14:07','2024-02-29 12:00:00.123','838:59:59','00:00:00.000001',2155),(3,'2024-02-31',NULL,NULL,NULL,NULL,NULL,NULL,NULL);
SET SESSION sql_mode='NO_AUTO_VALUE_ON_ZERO';
CREATE TABLE texts (id int NOT NULL PRIMARY KEY, c char(10), v varchar(255), l longtext, e enum('a','b''c','','ü'), s set('x','y','z z')) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO texts VALUES (1,'','it''s','"\\'';--',1,1),(2,' ','\0\n\r\t\Z','/*!40000 x */ -- x
;',2,7),(3,'😀','日本語 é','é',4,0),(4,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE cs_latin1 (k varchar(60) NOT NULL PRIMARY KEY, v text) ENGINE=MyISAM DEFAULT CHARSET=latin1; INSERT INTO cs_latin1 VALUES ('café €','\\''“q”');
CREATE TABLE cs_sjis (k varchar(60) NOT NULL PRIMARY KEY, v text) DEFAULT CHARSET=sjis; INSERT INTO cs_sjis VALUES ('日本語表ソ','\\表\\''');
CREATE TABLE cs_gbk (k varchar(60) NOT NULL PRIMARY KEY, v text) DEFAULT CHARSET=gbk; INSERT INTO cs_gbk VALUES ('中文誉縷','縷\\''');
CREATE TABLE cs_utf16 (k varchar(60) NOT NULL PRIMARY KEY, v text) DEFAULT CHARSET=utf16; INSERT INTO cs_utf16 VALUES ('日本語 😀','\\''');
CREATE TABLE bins (id binary(4) NOT NULL, v varbinary(300), t tinyblob, b blob, l longblob, PRIMARY KEY (id)) ENGINE=InnoDB;
INSERT INTO bins VALUES (X'00000000',X'',X'00',X'27225C0A0D1A00',X'89504E470D0A1A0A'),(X'FFFFFFFF',NULL,NULL,NULL,NULL),('a','b','c','d',REPEAT(X'00FF',70000));
CREATE TABLE geo (id int PRIMARY KEY, g geometry, p point NOT NULL, c geometrycollection, SPATIAL KEY (p)) ENGINE=MyISAM;
INSERT INTO geo VALUES (1,GeomFromText('POINT(1 2)',4326),POINT(-0.5,1e10),NULL),(2,NULL,POINT(0,0),GeomFromText('GEOMETRYCOLLECTION(POINT(1 1))'));
CREATE TABLE keyless (a int, b varchar(20)); INSERT INTO keyless VALUES (1,'a'),(1,'a'),(NULL,NULL);
CREATE TABLE `odd ``name;-- "x` (`a b` int, `c``d` text, `select` int, PRIMARY KEY (`a b`)) COMMENT='it''s; -- x'; INSERT INTO `odd ``name;-- "x` VALUES (1,'x',2);
CREATE TABLE digits (d int); INSERT INTO digits VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9);
CREATE TABLE composite (t int NOT NULL, k enum('z','a','m') NOT NULL, s set('p','q') NOT NULL, c varchar(20) COLLATE utf8mb4_bin NOT NULL, d date NOT NULL, PRIMARY KEY (t,k,s,c,d)) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4;
INSERT INTO composite SELECT n DIV 20, 1+n%3, n%4, CHAR(65+n%7, 97+n%3 USING ascii), '2024-01-01'+INTERVAL n DAY FROM (SELECT a.d+10*b.d+100*c.d n FROM digits a, digits b, digits c HAVING n < 300) seq;
CREATE TABLE empty_one (id int PRIMARY KEY);
CREATE TABLE archived (id int, v text) ENGINE=ARCHIVE; INSERT INTO archived VALUES (1,'x'),(2,NULL);
CREATE TABLE parts (id int NOT NULL, PRIMARY KEY (id)) PARTITION BY HASH (id) PARTITIONS 3; INSERT INTO parts SELECT a.d+10*b.d FROM digits a, digits b;
CREATE VIEW a_view AS SELECT id FROM texts; CREATE VIEW z_of_a AS SELECT id FROM a_view;
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON keyless FOR EACH ROW BEGIN SET NEW.b = CONCAT(NEW.b, ';'); END//
CREATE PROCEDURE pr() BEGIN SELECT 1; END//
CREATE FUNCTION fu() RETURNS int DETERMINISTIC BEGIN RETURN 2; END//
CREATE EVENT ev ON SCHEDULE EVERY 1 DAY DO SELECT 1//
DELIMITER ;
