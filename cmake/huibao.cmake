# huibao_library(NAME SOURCES … LINK …): one folder, one static library.
function(huibao_library name)
	cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
	add_library(${name} STATIC ${arg_SOURCES})
	target_link_libraries(${name} PUBLIC ${arg_LINK})
endfunction()

# huibao_test(NAME SOURCES … LINK …): a Criterion program; it links its module and what lies below, no more.
function(huibao_test name)
	cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
	add_executable(${name} ${arg_SOURCES})
	# Criterion's own headers and Test() macro are not ours to warn about.
	target_compile_options(${name} PRIVATE -Wno-missing-prototypes -Wno-conversion -Wno-shadow -Wno-format-nonliteral)
	target_link_libraries(${name} PRIVATE ${arg_LINK} criterion)
	target_compile_definitions(${name} PRIVATE SOURCE_DIR="${CMAKE_SOURCE_DIR}" BINARY_DIR="${CMAKE_BINARY_DIR}")
	add_test(NAME ${name} COMMAND ${name} --jobs 2)
	set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
